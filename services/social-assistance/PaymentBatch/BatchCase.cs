using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Platform.Cases;

namespace SocialAssistance.PaymentBatch;

[JsonDerivedType(typeof(BatchOpened), "batch_opened")]
[JsonDerivedType(typeof(LinesCalculated), "lines_calculated")]
[JsonDerivedType(typeof(BatchCalculated), "batch_calculated")]
[JsonDerivedType(typeof(LinesHeld), "lines_held")]
[JsonDerivedType(typeof(LineReleased), "line_released")]
[JsonDerivedType(typeof(BatchChecked), "batch_checked")]
[JsonDerivedType(typeof(BatchApproved), "batch_approved")]
[JsonDerivedType(typeof(BatchReleased), "batch_released")]
[JsonDerivedType(typeof(ReturnsRecorded), "returns_recorded")]
[JsonDerivedType(typeof(BatchReconciled), "batch_reconciled")]
[JsonDerivedType(typeof(BatchClosed), "batch_closed")]
[JsonDerivedType(typeof(BatchCancelled), "batch_cancelled")]
internal abstract record BatchEvent;

/// <param name="Supplementary">0 for the regular batch of the month, else the number of the supplementary batch.</param>
/// <param name="CutOff">The instant as of which the roll was read.</param>
/// <param name="Seen">Entitlements on the roll that were looked at.</param>
/// <param name="PayBy">The last day for paying the month in time.</param>
internal sealed record BatchOpened(
    string Benefit, RegionCode Region, YearMonth Month, int Supplementary, DateTimeOffset CutOff, int Seen, DateOnly PayBy, IReadOnlyList<Ground> Grounds, string By) : BatchEvent;

internal sealed record LinesCalculated(IReadOnlyList<BatchLine> Lines) : BatchEvent;

internal sealed record BatchCalculated(int Count, Money Sum, IReadOnlyList<AreaTotal> Areas) : BatchEvent;

internal sealed record LinesHeld(IReadOnlyList<HeldLine> Lines, string? Reason, string By) : BatchEvent;

internal sealed record LineReleased(int Line, HoldReason Held, string Reason, string By) : BatchEvent;

internal sealed record BatchChecked(int Count, Money ControlSum, string By) : BatchEvent;

/// <param name="Sha256">64 hexadecimal digits.</param>
/// <param name="Bytes">Size.</param>
internal sealed record BankFile(BankFormat Format, string Sha256, int Bytes, int Lines, Money Sum);

internal sealed record BatchApproved(IReadOnlyList<BankFile> Files, int Count, Money Sum, Money Budget, string Voucher, string By) : BatchEvent;

internal sealed record BatchReleased(DateOnly On, string By) : BatchEvent;

/// <summary>A line that the bank turned back.</summary>
/// <param name="Code">The bank's code.</param>
/// <param name="Message">The bank's words, without names or numbers of persons.</param>
internal sealed record RejectedLine(int Line, string Code, string Message);

/// <param name="Late">Paid after the last day for paying the month in time.</param>
/// <param name="At">When this became known.</param>
internal sealed record ReturnsRecorded(
    string Reference, DateOnly PaidOn, IReadOnlyList<RejectedLine> Rejected, int PaidCount, Money PaidSum, bool Late, DateTimeOffset At) : BatchEvent;

internal sealed record BatchReconciled(string Benefit, YearMonth Month, DateOnly PaidOn, Total Paid, Total Rejected, Total Held, string By) : BatchEvent;

internal sealed record BatchClosed(DateOnly On) : BatchEvent;

internal sealed record BatchCancelled(string Reason, string By) : BatchEvent;

/// <summary>What every state of a batch knows.</summary>
/// <param name="Exceptions">Lines that are held, let go or returned; all others are drawn.</param>
/// <param name="Waived">Lines that the approver let go although the entitlement had changed.</param>
/// <param name="Version">Facts so far: lines are traced to the fact that calculated them.</param>
internal sealed record Batch(
    string Benefit, RegionCode Region, YearMonth Month, int Supplementary, DateTimeOffset CutOff, int Seen, DateOnly PayBy, string Maker, IReadOnlyList<Ground> Grounds,
    [property: JsonIgnore] Lines Lines, IReadOnlyList<AreaTotal> Areas, ImmutableSortedDictionary<int, LineException> Exceptions, ImmutableHashSet<int> Waived,
    [property: JsonIgnore] long Version)
{
    public static readonly Batch None = new("", default, default, 0, default, 0, default, "", [], Lines.None, [], ImmutableSortedDictionary<int, LineException>.Empty, [], 0);

    public Total Total => Total.Of(Areas);

    /// <summary>Lines that are drawn, by area: to be paid, and paid once the bank has paid.</summary>
    [JsonIgnore]
    public ImmutableArray<AreaTotal> Drawn
    {
        get
        {
            var except = Lines.Totals(Exceptions.Keys.Select(id => Lines[id]!));
            return [.. Areas.Zip(except, (all, less) => new AreaTotal(all.Area, all.Lines - less.Lines, all.Persons - less.Persons, all.Sum - less.Sum))];
        }
    }

    public Total Payable => Total.Of(Drawn);

    public Total With(params IReadOnlyList<LineStatus> statuses)
    {
        var lines = Exceptions.Where(e => statuses.Contains(e.Value.Status)).Select(e => Lines[e.Key]!).ToList();
        return new(lines.Count, lines.Sum(l => l.Amount));
    }

    public LineStatus StatusOf(int line) => Exceptions.TryGetValue(line, out var exception) ? exception.Status : LineStatus.Drawn;

    public Batch Hold(IEnumerable<HeldLine> held) =>
        this with { Exceptions = Exceptions.SetItems(held.Where(h => Lines[h.Line] is not null).Select(h => KeyValuePair.Create(h.Line, new LineException(LineStatus.Held, $"{h.Reason}")))) };

    public Batch Release(LineReleased f, bool fileOut) => this with
    {
        Exceptions = fileOut ? Exceptions.SetItem(f.Line, new(LineStatus.LetGo, $"{f.Held}")) : Exceptions.Remove(f.Line),
        Waived = f.Held == HoldReason.EntitlementChanged ? Waived.Add(f.Line) : Waived,
    };

    public Batch Return(IEnumerable<RejectedLine> rejected) =>
        this with { Exceptions = Exceptions.SetItems(rejected.Where(r => Lines[r.Line] is not null).Select(r => KeyValuePair.Create(r.Line, new LineException(LineStatus.Returned, r.Code)))) };
}

/// <summary>The treasury's approval and the files it stands for.</summary>
internal sealed record Approval(string By, string Voucher, IReadOnlyList<BankFile> Files);

/// <summary>What the bank has reported so far.</summary>
/// <param name="KnownAt">When the first report was recorded.</param>
internal sealed record Payment(DateOnly PaidOn, DateTimeOffset KnownAt, bool Late, ImmutableList<ReturnsRecorded> Reports);

[JsonPolymorphic(TypeDiscriminatorPropertyName = "state")]
[JsonDerivedType(typeof(NoBatch), nameof(NoBatch))]
[JsonDerivedType(typeof(Calculating), nameof(Calculating))]
[JsonDerivedType(typeof(Calculated), nameof(Calculated))]
[JsonDerivedType(typeof(Checked), nameof(Checked))]
[JsonDerivedType(typeof(Approved), nameof(Approved))]
[JsonDerivedType(typeof(Released), nameof(Released))]
[JsonDerivedType(typeof(Paid), nameof(Paid))]
[JsonDerivedType(typeof(Reconciled), nameof(Reconciled))]
[JsonDerivedType(typeof(Closed), nameof(Closed))]
[JsonDerivedType(typeof(Cancelled), nameof(Cancelled))]
internal abstract record BatchCase(Batch Batch);

internal sealed record NoBatch() : BatchCase(Batch.None);

internal sealed record Calculating(Batch Batch) : BatchCase(Batch);

internal sealed record Calculated(Batch Batch) : BatchCase(Batch);

internal sealed record Checked(Batch Batch, string Checker, Total Control) : BatchCase(Batch);

internal sealed record Approved(Batch Batch, string Checker, Total Control, Approval Approval) : BatchCase(Batch);

internal sealed record Released(Batch Batch, Approval Approval, DateOnly On) : BatchCase(Batch);

internal sealed record Paid(Batch Batch, Approval Approval, Payment Payment) : BatchCase(Batch);

internal sealed record Reconciled(Batch Batch, Approval Approval, Payment Payment) : BatchCase(Batch);

internal sealed record Closed(Batch Batch, Approval Approval, Payment Payment) : BatchCase(Batch);

internal sealed record Cancelled(Batch Batch, string Reason) : BatchCase(Batch);

internal static class BatchEvents
{
    public static BatchCase Evolve(BatchCase batch, BatchEvent fact)
    {
        var next = Next(batch, fact);
        return next with { Batch = next.Batch with { Version = batch.Batch.Version + 1 } };
    }

    private static BatchCase Next(BatchCase batch, BatchEvent fact) => (batch, fact) switch
    {
        (_, BatchOpened f) => new Calculating(Batch.None with
        {
            Benefit = f.Benefit, Region = f.Region, Month = f.Month, Supplementary = f.Supplementary, CutOff = f.CutOff, Seen = f.Seen, PayBy = f.PayBy, Maker = f.By, Grounds = f.Grounds,
        }),
        (_, LinesCalculated f) => batch with { Batch = batch.Batch with { Lines = batch.Batch.Lines.With(f.Lines, batch.Batch.Version + 1) } },
        (_, BatchCalculated f) => new Calculated(batch.Batch with { Areas = f.Areas }),
        // A file that no longer matches its lines must be built and approved anew.
        (Approved a, LinesHeld f) => new Checked(a.Batch.Hold(f.Lines), a.Checker, a.Control),
        (_, LinesHeld f) => batch with { Batch = batch.Batch.Hold(f.Lines) },
        (Approved a, LineReleased f) => new Checked(a.Batch.Release(f, fileOut: false), a.Checker, a.Control),
        (_, LineReleased f) => batch with { Batch = batch.Batch.Release(f, fileOut: batch is Released or Paid or Reconciled or Closed) },
        (_, BatchChecked f) => new Checked(batch.Batch, f.By, new(f.Count, f.ControlSum)),
        (Checked c, BatchApproved f) => new Approved(c.Batch, c.Checker, c.Control, new(f.By, f.Voucher, f.Files)),
        (Approved a, BatchReleased f) => new Released(a.Batch, a.Approval, f.On),
        (Released r, ReturnsRecorded f) => new Paid(r.Batch.Return(f.Rejected), r.Approval, new(f.PaidOn, f.At, f.Late, [f])),
        (Paid p, ReturnsRecorded f) => p with { Batch = p.Batch.Return(f.Rejected), Payment = p.Payment with { Reports = p.Payment.Reports.Add(f) } },
        (Paid p, BatchReconciled) => new Reconciled(p.Batch, p.Approval, p.Payment),
        (Reconciled r, BatchClosed) => new Closed(r.Batch, r.Approval, r.Payment),
        (_, BatchCancelled f) => new Cancelled(batch.Batch, f.Reason),
        _ => batch,
    };
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BatchEvent))]
[JsonSerializable(typeof(BatchCase))]
internal sealed partial class BatchJson : JsonSerializerContext;
