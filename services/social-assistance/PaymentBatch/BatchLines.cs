using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Platform.Cases;

namespace SocialAssistance.PaymentBatch;

/// <summary>What a component of a line pays.</summary>
internal enum ComponentKind
{
    /// <summary>The month's benefit.</summary>
    Regular,

    /// <summary>What an earlier month was paid too little.</summary>
    Arrears,

    /// <summary>What an earlier batch could not pay: returned by the bank, or held and let go after the file was built.</summary>
    Reissue,
}

/// <summary>How components came about, said once per batch; components name it by its place in the list.</summary>
/// <param name="Formula">The formula with its article.</param>
/// <param name="Process">Process of the streams that the amounts were taken from.</param>
/// <param name="Standard">Yuan per person and month.</param>
/// <param name="Policy">Edition of the standard.</param>
internal sealed record Ground(ComponentKind Kind, string Formula, string Process, Money? Standard = null, string? Policy = null);

/// <summary>One month of one kind, with everything it was reckoned from.</summary>
/// <param name="Month">The month paid for; arrears and reissues name the month they repair.</param>
/// <param name="Ground">Place in the batch's grounds, from 0.</param>
/// <param name="Source">Number of the case that decided the amount.</param>
/// <param name="SourceVersion">The fact in it.</param>
/// <param name="Slice">Version of the entitlement's fact that set the amount.</param>
/// <param name="PerCapita">Countable income per person and month.</param>
/// <param name="Base">Yuan per household and month before uplifts.</param>
/// <param name="Uplift">More for single members.</param>
internal sealed record Component(
    YearMonth Month, Money Amount, int Ground, string Source, long SourceVersion, long? Slice = null, decimal? PerCapita = null, Money? Base = null, Money? Uplift = null);

/// <summary>One payment to one household.</summary>
/// <param name="Id">1 for the first line of the batch.</param>
/// <param name="Persons">Members covered.</param>
internal sealed record BatchLine(
    int Id, string Entitlement, string Household, PersonId Payee, RegionCode Region, Area Area, int Persons, IReadOnlyList<Component> Components)
{
    [JsonIgnore]
    public Money Amount => Components is [var one] ? one.Amount : Components.Sum(c => c.Amount);
}

/// <summary>Why a line is not paid for the time being (domain section 2.8); the last three are found by the batch itself.</summary>
internal enum HoldReason
{
    DeathSignal,
    SurvivalCheckMissing,
    AccountInvalid,
    Complaint,
    Duplicate,

    /// <summary>The entitlement itself is on hold.</summary>
    EntitlementOnHold,

    /// <summary>The entitlement has ended before the month.</summary>
    EntitlementStopped,

    /// <summary>Amount or payee have changed since the batch was calculated.</summary>
    EntitlementChanged,
}

internal sealed record HeldLine(int Line, HoldReason Reason);

internal enum LineStatus
{
    /// <summary>In the bank file once there is one, and paid unless returned.</summary>
    Drawn,

    /// <summary>Not to be paid now.</summary>
    Held,

    /// <summary>Held when the file was built, let go since: paid by the next supplementary batch.</summary>
    LetGo,

    /// <summary>Turned back by the bank: paid by the next supplementary batch.</summary>
    Returned,
}

/// <summary>A line that is not simply drawn.</summary>
/// <param name="Code">Reason of the hold, or the bank's code.</param>
internal sealed record LineException(LineStatus Status, string Code);

/// <summary>Lines and their sum, urban or rural.</summary>
internal sealed record AreaTotal(Area Area, int Lines, int Persons, Money Sum);

/// <summary>Lines and their sum.</summary>
internal sealed record Total(int Lines, Money Sum)
{
    public static Total Of(IEnumerable<AreaTotal> areas) => areas.Aggregate(new Total(0, Money.Zero), (t, a) => new(t.Lines + a.Lines, t.Sum + a.Sum));
}

/// <summary>The lines of a batch as they were recorded, some hundreds to a fact; found by number without copying them.</summary>
internal sealed class Lines
{
    public static readonly Lines None = new([]);

    private readonly ImmutableList<(long Version, IReadOnlyList<BatchLine> Lines)> chunks;

    private Lines(ImmutableList<(long Version, IReadOnlyList<BatchLine> Lines)> chunks) => this.chunks = chunks;

    public IEnumerable<BatchLine> All => chunks.SelectMany(c => c.Lines);

    public BatchLine? this[int id] => Find(id) is var (_, lines) && lines is not null ? lines[id - lines[0].Id] : null;

    /// <summary>Version of the fact that calculated a line; 0 when there is no such line.</summary>
    public long VersionOf(int id) => Find(id).Version;

    public Lines With(IReadOnlyList<BatchLine> more, long version) => more.Count == 0 ? this : new(chunks.Add((version, more)));

    // Numbers run on within a fact and from fact to fact.
    private (long Version, IReadOnlyList<BatchLine>? Lines) Find(int id)
    {
        foreach (var chunk in chunks)
        {
            if (id >= chunk.Lines[0].Id && id <= chunk.Lines[^1].Id)
            {
                return chunk;
            }
        }

        return (0, null);
    }

    /// <summary>Totals by area, both areas always present.</summary>
    public static ImmutableArray<AreaTotal> Totals(IEnumerable<BatchLine> lines)
    {
        var (count, persons, sum) = (new int[2], new int[2], new decimal[2]);
        foreach (var line in lines)
        {
            var area = line.Area == Area.Urban ? 0 : 1;
            count[area]++;
            persons[area] += line.Persons;
            sum[area] += line.Amount.Yuan;
        }

        return [new(Area.Urban, count[0], persons[0], new(sum[0])), new(Area.Rural, count[1], persons[1], new(sum[1]))];
    }
}
