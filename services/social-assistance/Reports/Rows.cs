using System.Globalization;
using Microsoft.AspNetCore.Http;
using Npgsql;
using Platform.Cases;
using Platform.ServiceHost;

namespace SocialAssistance.Reports;

/// <summary>The rows that a figure is the sum of: one condition gives both, so that they always agree.</summary>
/// <param name="Table">Table and condition, from the word after <c>from</c>; parameters by name.</param>
/// <param name="Values">The parameters.</param>
internal sealed record Rows(string Table, params IReadOnlyList<(string Name, object Value)> Values)
{
    private const int ExactCount = 1_000;

    /// <summary>Sums the rows up, one item per group.</summary>
    /// <param name="columns">Sums, and what they are grouped by.</param>
    /// <param name="groups">Columns of the groups; one group without them.</param>
    public async Task<List<T>> Sum<T>(NpgsqlDataSource database, string columns, string? groups, Func<NpgsqlDataReader, T> read, CancellationToken cancel)
    {
        await using var command = database.CreateCommand($"select {columns} from {Table}{(groups is null ? "" : $" group by {groups} order by {groups}")}");
        Add(command.Parameters);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var items = new List<T>();
        while (await reader.ReadAsync(cancel))
        {
            items.Add(read(reader));
        }

        return items;
    }

    /// <summary>A page of the rows, in the order of their key; the next page begins after the last key shown.</summary>
    /// <param name="key">Key columns with their SQL types.</param>
    /// <param name="keyOf">The key of an item, as text.</param>
    public async Task<IResult> Page<T>(
        HttpContext context, NpgsqlDataSource database, string columns, IReadOnlyList<(string Column, string Type)> key, Func<NpgsqlDataReader, T> read, Func<T, IReadOnlyList<string>> keyOf, string? after, int limit)
    {
        var seen = after?.Split('~') ?? [];
        if (after is not null && (seen.Length != key.Count || key.Zip(seen).Any(k => k.First.Type == "bigint" && !long.TryParse(k.Second, NumberStyles.None, CultureInfo.InvariantCulture, out _))))
        {
            return Problems.Of(Refusal.Malformed("E_AFTER", "翻页位置无效,请使用返回的链接。", "Follow the link to the next page as it was given."));
        }

        var order = string.Join(", ", key.Select(k => k.Column));
        var beyond = after is null ? "true" : $"({order}) > ({string.Join(", ", key.Select((k, i) => $"@after{i}::{k.Type}"))})";
        await using var batch = database.CreateBatch();
        var page = new NpgsqlBatchCommand($"select {columns} from {Table} and {beyond} order by {order} limit {limit + 1}");
        Add(page.Parameters);
        foreach (var (i, part) in seen.Index())
        {
            page.Parameters.Add(new($"after{i}", part));
        }

        var count = new NpgsqlBatchCommand($"select count(*) from (select 1 from {Table} limit {ExactCount + 1}) c");
        Add(count.Parameters);
        batch.BatchCommands.Add(page);
        batch.BatchCommands.Add(count);
        await using var reader = await batch.ExecuteReaderAsync(context.RequestAborted);
        var items = new List<T>();
        while (await reader.ReadAsync(context.RequestAborted))
        {
            items.Add(read(reader));
        }

        await reader.NextResultAsync(context.RequestAborted);
        await reader.ReadAsync(context.RequestAborted);
        var all = (int)reader.GetInt64(0);
        return Results.Json(new Page<T>([.. items.Take(limit)], Math.Min(all, ExactCount), all <= ExactCount, items.Count > limit ? Links.With(context, "after", string.Join('~', keyOf(items[limit - 1]))) : null), Json.Plain);
    }

    private void Add(NpgsqlParameterCollection parameters)
    {
        foreach (var (name, value) in Values)
        {
            parameters.Add(new(name, value));
        }
    }
}

/// <summary>What a figure counts.</summary>
/// <param name="Amount">Yuan per month.</param>
internal readonly record struct Figures(long Households, long Persons, Money Amount)
{
    public static Figures operator +(Figures left, Figures right) => new(left.Households + right.Households, left.Persons + right.Persons, left.Amount + right.Amount);

    public static Figures Sum(IEnumerable<Figures> figures) => figures.Aggregate(default(Figures), (sum, f) => sum + f);
}

/// <summary>Links between reports, the rows behind them, and the cases behind those.</summary>
internal static class Links
{
    /// <summary>The same address with one part of the query exchanged.</summary>
    public static string With(HttpContext context, string name, string value) =>
        $"{context.Request.Path}?{Query(context.Request.Query.Where(q => q.Key != name).Select(q => (q.Key, q.Value.ToString())).Append((name, value)))}";

    /// <summary>The rows behind a cell of the report that is being answered.</summary>
    public static string Cell(HttpContext context, string below, params IEnumerable<(string Name, string? Value)> query) =>
        $"{context.Request.Path}/{below}?{Query(query.Where(q => q.Value is not null).Select(q => (q.Name, q.Value!)))}";

    /// <summary>The history of a case.</summary>
    public static string History(HttpContext context, string path, string id)
    {
        var own = context.Request.Path.Value!;
        return $"{own[..own.IndexOf("/reports", StringComparison.Ordinal)]}/{path}/{Uri.EscapeDataString(id)}/history";
    }

    public static string At(DateTimeOffset instant) => instant.ToString("O", CultureInfo.InvariantCulture);

    public static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Query(IEnumerable<(string Name, string Value)> query) =>
        string.Join('&', query.Select(q => $"{Uri.EscapeDataString(q.Name)}={Uri.EscapeDataString(q.Value)}"));
}
