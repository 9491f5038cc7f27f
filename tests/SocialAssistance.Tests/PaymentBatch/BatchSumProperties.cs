using FsCheck;
using FsCheck.Fluent;
using Platform.Cases;
using Platform.Tests.Support;
using SocialAssistance.PaymentBatch;
using static SocialAssistance.Tests.PaymentBatch.Batches;

namespace SocialAssistance.Tests.PaymentBatch;

public sealed class BatchSumProperties
{
    [Fact]
    public void Paid_returned_and_held_lines_always_add_up_to_the_batch() => Prop.ForAll(Arb.From(
        from fen in Gen.ArrayOf(Gen.Choose(1, 1_000_000)).Where(a => a.Length > 0)
        from fate in Gen.ArrayOf(Gen.Choose(0, 3), fen.Length)
        select (fen, fate)), c => AddsUp(c.fen, c.fate)).QuickCheckThrowOnFailure();

    private static bool AddsUp(int[] fen, int[] fate)
    {
        var total = new Money(fen.Sum(f => f / 100m));
        int[] LinesOf(int kind) => [.. fate.Index().Where(f => f.Item == kind).Select(f => f.Index + 1)];
        Total SumOf(params int[] kinds) => new(fate.Count(kinds.Contains), new(fate.Index().Where(f => kinds.Contains(f.Item)).Sum(f => fen[f.Index] / 100m)));

        // 0 paid, 1 returned, 2 held by an officer, 3 held when the file was built.
        var batch = New.When(Of([.. fen.Index().Select(f => Due(f.Index + 1, f.Item % 2 == 0 ? Area.Urban : Area.Rural, f.Item / 100m))]), Maker).After;
        foreach (var line in LinesOf(2))
        {
            batch = batch.When(new HoldLine(line, HoldReason.Complaint, "x"), Checker).After;
        }

        batch = batch.When(new CheckBatch(fen.Length, total, []), Checker).After;
        var payable = SumOf(0, 1);
        var approved = batch.When(Approval(payable.Lines, payable.Sum.Yuan, 1_000_000_000m, [.. LinesOf(3).Select(l => new HeldLine(l, HoldReason.AccountInvalid))]), Approver);
        if (payable.Lines == 0)
        {
            return approved.Refusal?.Code == "E_BATCH_EMPTY";
        }

        var (paid, returned, held) = (SumOf(0), SumOf(1), SumOf(2, 3));
        var reconciled = approved.When(Release, Releaser)
            .When(new RecordReturns("HD", new(2014, 1, 10), paid.Lines, paid.Sum, [.. LinesOf(1).Select(l => new RejectedLine(l, "1034", ""))]), Teller)
            .When(new ReconcileBatch(paid.Lines, paid.Sum, returned.Lines, returned.Sum), Maker);
        var fact = (BatchReconciled)reconciled.Facts.Single();
        var row = (BatchRow)((Change.Put)reconciled.Changes().Single()).Row;
        return fact.Paid == paid && fact.Rejected == returned && fact.Held == held
            && fact.Paid.Lines + fact.Rejected.Lines + fact.Held.Lines == fen.Length && fact.Paid.Sum + fact.Rejected.Sum + fact.Held.Sum == total
            && row.PaidUrbanSum + row.PaidRuralSum + row.RejectedSum + row.HeldSum == row.Sum && row.UrbanSum + row.RuralSum == row.Sum;
    }
}
