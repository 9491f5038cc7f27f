using Platform.Cases;

namespace SocialAssistance.PaymentBatch;

/// <summary>What is paid for a month of an entitlement, in which batch; one component is never in two batches.</summary>
/// <param name="Component"><c>Regular</c>, <c>Arrears:{version of the entitlement's fact}</c> or <c>Reissue:{batch that could not pay}</c>.</param>
/// <param name="Version">Version of the batch's fact that calculated the line.</param>
/// <param name="RecordedAt">When the line was calculated.</param>
[Row("payment_lines", nameof(Entitlement), nameof(Month), nameof(Component))]
internal sealed record PaymentLineRow(
    string Entitlement, YearMonth Month, string Component, string Batch, int Line, Area Area, RegionCode Region, PersonId Payee, string Household, int Persons, Money Amount, LineStatus Status,
    long Version, DateTimeOffset RecordedAt);

/// <summary>A batch and its sums. Paid figures are zero until the bank has reported.</summary>
/// <param name="CalculatedAt">When the batch was calculated.</param>
/// <param name="PaidKnownAt">When the bank's first report was recorded.</param>
[Row("payment_batches", nameof(Batch))]
internal sealed record BatchRow(
    string Batch, string Benefit, RegionCode Region, YearMonth Month, int Supplementary, string State, int Count, Money Sum,
    int UrbanCount, int UrbanPersons, Money UrbanSum, int RuralCount, int RuralPersons, Money RuralSum, int HeldCount, Money HeldSum, int RejectedCount, Money RejectedSum,
    int PaidUrbanCount, int PaidUrbanPersons, Money PaidUrbanSum, int PaidRuralCount, int PaidRuralPersons, Money PaidRuralSum,
    DateOnly PayBy, DateOnly? PaidOn, bool Late, DateTimeOffset CalculatedAt, DateTimeOffset? PaidKnownAt);

/// <summary>A payment that the bank turned back, and when that became known.</summary>
[Row("payment_returns", nameof(Batch), nameof(Line))]
internal sealed record ReturnRow(
    string Batch, int Line, string Entitlement, string Reference, string Code, string Message, Area Area, RegionCode Region, int Persons, Money Amount, DateTimeOffset RecordedAt);

internal static class BatchViews
{
    public static CaseSummary Summary(BatchCase batch) => new(
        Name(batch), batch.Batch.Region, $"{PaidBenefit.Of(batch.Batch.Benefit)?.Zh} {batch.Batch.Month}{(batch.Batch.Supplementary == 0 ? "" : $"-S{batch.Batch.Supplementary}")}",
        batch is not (NoBatch or Closed or Cancelled), batch is Calculated or Checked or Approved or Released ? batch.Batch.PayBy : null);

    public static IEnumerable<Change> Changes(Recorded<BatchEvent> fact, BatchCase after) => fact.Fact switch
    {
        LinesCalculated f => f.Lines.SelectMany(l => Rows(fact.Id, l, after.Batch)).Select(row => new Change.Insert(row, BatchDecisions.Standing)),
        LinesHeld f => [Row(fact.Id, after), .. f.Lines.SelectMany(h => Rewritten(fact.Id, h.Line, after.Batch))],
        LineReleased f => [Row(fact.Id, after), .. Rewritten(fact.Id, f.Line, after.Batch)],
        ReturnsRecorded f => [Row(fact.Id, after), .. f.Rejected.SelectMany(r => Rewritten(fact.Id, r.Line, after.Batch).Append(Return(fact.Id, f, r, after.Batch)))],
        BatchCancelled => [Row(fact.Id, after), .. after.Batch.Lines.All.SelectMany(l => Rows(fact.Id, l, after.Batch)).Select(row => new Change.Remove(row))],
        _ => [Row(fact.Id, after)],
    };

    /// <summary>How a line came about: everything as it was frozen when the batch was calculated.</summary>
    public static Explanation? Explain(BatchCase batch, string line) =>
        int.TryParse(line, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var id) && batch.Batch.Lines[id] is { } found ? Explain(batch.Batch, found) : null;

    private static Explanation Explain(Batch batch, BatchLine line)
    {
        var grounds = line.Components.Select(c => Ground(batch, c)).ToList();
        var benefit = PaidBenefit.Of(batch.Benefit);
        return new(
            $"{line.Id}", new($"{batch.Month} {benefit?.Zh}", $"{benefit?.En} {batch.Month}"), string.Join("; ", grounds.Select(g => g.Formula).Distinct(StringComparer.Ordinal)), line.Amount,
            [.. line.Components.Zip(grounds, (c, g) => Inputs(line, c, g)).SelectMany(i => i)]);
    }

    private static IEnumerable<ExplainedInput> Inputs(BatchLine line, Component c, Ground ground)
    {
        var month = $"{c.Month} ";
        yield return new($"{month}{ground.Kind}", c.Amount.ToString(), "yuan/household", ground.Process, c.Source, c.SourceVersion);
        if (ground.Standard is { } standard)
        {
            yield return new($"{month}standard", standard.ToString(), "yuan/person/month", Policy: ground.Policy);
        }

        if (c.PerCapita is { } perCapita)
        {
            yield return new($"{month}perCapita", perCapita.ToString(System.Globalization.CultureInfo.InvariantCulture), "yuan/person/month", ground.Process, c.Source, c.SourceVersion);
        }

        if (c.Slice is { } slice)
        {
            yield return new($"{month}members", $"{line.Persons}", "persons", Processes.Entitlement, line.Entitlement, slice);
            yield return new($"{month}base", $"{c.Base ?? Money.Zero}", "yuan/household/month", Processes.Entitlement, line.Entitlement, slice);
            yield return new($"{month}uplift", $"{c.Uplift ?? Money.Zero}", "yuan/household/month", Processes.Entitlement, line.Entitlement, slice);
        }
    }

    private static Ground Ground(Batch batch, Component component) => batch.Grounds.ElementAtOrDefault(component.Ground) ?? new(ComponentKind.Regular, "", "");

    private static string Code(Ground ground, Component c) => ground.Kind switch
    {
        ComponentKind.Arrears => $"Arrears:{c.SourceVersion}",
        ComponentKind.Reissue => $"Reissue:{c.Source}",
        _ => "Regular",
    };

    private static IEnumerable<PaymentLineRow> Rows(string id, BatchLine line, Batch batch) => line.Components.Select(c => new PaymentLineRow(
        line.Entitlement, c.Month, Code(Ground(batch, c), c), id, line.Id, line.Area, line.Region, line.Payee, line.Household, line.Persons, c.Amount, batch.StatusOf(line.Id),
        batch.Lines.VersionOf(line.Id), batch.CutOff));

    private static IEnumerable<Change> Rewritten(string id, int line, Batch batch) =>
        batch.Lines[line] is { } found ? Rows(id, found, batch).Select(row => new Change.Put(row)) : [];

    private static Change.Put Return(string id, ReturnsRecorded f, RejectedLine r, Batch batch)
    {
        var line = batch.Lines[r.Line]!;
        return new(new ReturnRow(id, r.Line, line.Entitlement, f.Reference, r.Code, r.Message, line.Area, line.Region, line.Persons, line.Amount, f.At));
    }

    private static Change.Put Row(string id, BatchCase after)
    {
        var batch = after.Batch;
        var payment = (after as Paid)?.Payment ?? (after as Reconciled)?.Payment ?? (after as Closed)?.Payment;
        var (urban, rural) = (Of(batch.Areas, Area.Urban), Of(batch.Areas, Area.Rural));
        var drawn = payment is null ? [] : batch.Drawn;
        var (paidUrban, paidRural) = (Of(drawn, Area.Urban), Of(drawn, Area.Rural));
        var (held, returned) = (batch.With(LineStatus.Held, LineStatus.LetGo), batch.With(LineStatus.Returned));
        return new(new BatchRow(
            id, batch.Benefit, batch.Region, batch.Month, batch.Supplementary, after.GetType().Name, batch.Total.Lines, batch.Total.Sum,
            urban.Lines, urban.Persons, urban.Sum, rural.Lines, rural.Persons, rural.Sum, held.Lines, held.Sum, returned.Lines, returned.Sum,
            paidUrban.Lines, paidUrban.Persons, paidUrban.Sum, paidRural.Lines, paidRural.Persons, paidRural.Sum,
            batch.PayBy, payment?.PaidOn, payment?.Late ?? false, batch.CutOff, payment?.KnownAt));

        static AreaTotal Of(IReadOnlyList<AreaTotal> totals, Area area) => totals.FirstOrDefault(t => t.Area == area) ?? new(area, 0, 0, Money.Zero);
    }

    private static Text Name(BatchCase batch) => batch switch
    {
        Calculating => new("计算中", "Calculating"),
        Calculated => new("已制单", "Calculated"),
        Checked => new("已复核", "Checked"),
        Approved => new("财政已审批", "Approved"),
        Released => new("已拨付", "Released"),
        Paid => new("银行已回单", "Paid"),
        Reconciled => new("已对账", "Reconciled"),
        Closed => new("已办结", "Closed"),
        Cancelled => new("已撤销", "Cancelled"),
        _ => new("未制单", "No batch"),
    };
}
