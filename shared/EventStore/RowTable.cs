using System.Collections.Concurrent;
using System.Linq.Expressions;
using System.Reflection;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Platform.Cases;

namespace Platform.EventStore;

/// <summary>
/// The table behind a row record (<see cref="RowAttribute"/>): one set-based statement carries the rows of many commands.
/// Text, numbers, money, days, instants, flags, enums (as text), bytes, value types (as text) and lists of text (as jsonb).
/// </summary>
public sealed class RowTable
{
    private static readonly ConcurrentDictionary<Type, RowTable> Known = new();

    private readonly Column[] columns;
    private readonly Column[] keys;
    private readonly string putSql;
    private readonly string insertSql;
    private readonly string removeSql;
    private readonly string replaySql;

    private RowTable(Type row)
    {
        var attribute = row.GetCustomAttribute<RowAttribute>() ?? throw new InvalidOperationException($"{row.Name} carries no [Row].");
        Name = attribute.Table;
        Derived = attribute.Derived;
        columns = [.. row.GetProperties().Where(p => p.Name != "EqualityContract").Select(p => new Column(p))];
        keys = [.. attribute.Key.Select(k => Array.Find(columns, c => c.Property == k) ?? throw new InvalidOperationException($"{row.Name} has no property {k}."))];
        var names = string.Join(", ", columns.Select(c => c.Name));
        var unnest = string.Join(", ", columns.Select((c, i) => $"${i + 1}::{c.SqlType}[]"));
        insertSql = $"insert into {Name} ({names}) select {names} from unnest({unnest}) as r ({names})";
        var others = columns.Except(keys).ToList();
        putSql = $"{insertSql} on conflict ({string.Join(", ", keys.Select(k => k.Name))}) do "
            + (others.Count == 0 ? "nothing" : $"update set {string.Join(", ", others.Select(c => $"{c.Name} = excluded.{c.Name}"))}");
        var keyUnnest = string.Join(", ", keys.Select((c, i) => $"${i + 1}::{c.SqlType}[]"));
        // Of two facts that describe the same row, the later in the log's order stands, in whichever order they are replayed.
        var all = columns.Select(c => c.Name).Append("shadow_seq").Append("shadow_gone").ToList();
        replaySql = $"insert into {Shadow} as s ({string.Join(", ", all)}) select {string.Join(", ", all)} from unnest({unnest}, ${columns.Length + 1}::bigint[], ${columns.Length + 2}::boolean[]) as r ({string.Join(", ", all)}) "
            + $"on conflict ({string.Join(", ", keys.Select(k => k.Name))}) do update set {string.Join(", ", all.Select(c => $"{c} = excluded.{c}"))} where excluded.shadow_seq >= s.shadow_seq";
        removeSql = $"delete from {Name} t using unnest({keyUnnest}) as r ({string.Join(", ", keys.Select(k => k.Name))}) where "
            + string.Join(" and ", keys.Select(k => $"t.{k.Name} = r.{k.Name}"));
    }

    /// <summary>Table name.</summary>
    public string Name { get; }

    /// <summary>True when the rows follow from facts and can be rebuilt.</summary>
    public bool Derived { get; }

    /// <summary>Column names in the order of the record's properties.</summary>
    public IEnumerable<string> Columns => columns.Select(c => c.Name);

    /// <summary>The table of a session that is rebuilding, with the position of the fact behind each row, and whether the row is gone.</summary>
    internal string Shadow => $"shadow_{Name}";

    /// <summary>The table of a row record.</summary>
    public static RowTable Of(Type row) => Known.GetOrAdd(row, t => new RowTable(t));

    internal object KeyOf(object row) => keys.Length == 1 ? keys[0].Get(row)! : string.Join('\u001f', keys.Select(k => k.Get(row)));

    internal NpgsqlBatchCommand Put(IReadOnlyList<object> rows) => Command(putSql, columns, rows);

    internal NpgsqlBatchCommand Insert(IReadOnlyList<object> rows) => Command(insertSql, columns, rows);

    internal NpgsqlBatchCommand Remove(IReadOnlyList<object> rows) => Command(removeSql, keys, rows);

    internal NpgsqlBatchCommand Replay(IReadOnlyList<(object Row, long Sequence, bool Gone)> rows)
    {
        var command = Command(replaySql, columns, [.. rows.Select(r => r.Row)]);
        command.Parameters.Add(new() { Value = rows.Select(r => r.Sequence).ToArray() });
        command.Parameters.Add(new() { Value = rows.Select(r => r.Gone).ToArray() });
        return command;
    }

    internal string MakeShadow =>
        $"create temporary table {Shadow} as select {string.Join(", ", Columns)}, 0::bigint as shadow_seq, false as shadow_gone from {Name} with no data; alter table {Shadow} add primary key ({string.Join(", ", keys.Select(k => k.Name))})";

    private static NpgsqlBatchCommand Command(string sql, Column[] columns, IReadOnlyList<object> rows)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var column in columns)
        {
            command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Array | column.DbType, Value = column.Values(rows) });
        }

        return command;
    }

    private sealed class Column
    {
        private readonly Func<object, object?> get;
        private readonly Func<object, object?> convert;
        private readonly Type element;

        public Column(PropertyInfo property)
        {
            var row = Expression.Parameter(typeof(object));
            get = Expression.Lambda<Func<object, object?>>(Expression.Convert(Expression.Property(Expression.Convert(row, property.DeclaringType!), property), typeof(object)), row).Compile();
            Property = property.Name;
            Name = JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name);
            (SqlType, DbType, element, convert) = Map(Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType);
        }

        public string Property { get; }

        public string Name { get; }

        public string SqlType { get; }

        public NpgsqlDbType DbType { get; }

        public object? Get(object row) => get(row) is { } value ? convert(value) : null;

        public Array Values(IReadOnlyList<object> rows)
        {
            var values = Array.CreateInstance(element, rows.Count);
            for (var i = 0; i < rows.Count; i++)
            {
                values.SetValue(Get(rows[i]), i);
            }

            return values;
        }

        private static (string, NpgsqlDbType, Type, Func<object, object?>) Map(Type type) => type switch
        {
            _ when type == typeof(string) => ("text", NpgsqlDbType.Text, typeof(string), v => v),
            _ when type == typeof(int) => ("integer", NpgsqlDbType.Integer, typeof(int?), v => v),
            _ when type == typeof(long) => ("bigint", NpgsqlDbType.Bigint, typeof(long?), v => v),
            _ when type == typeof(bool) => ("boolean", NpgsqlDbType.Boolean, typeof(bool?), v => v),
            _ when type == typeof(decimal) => ("numeric", NpgsqlDbType.Numeric, typeof(decimal?), v => v),
            _ when type == typeof(Money) => ("numeric", NpgsqlDbType.Numeric, typeof(decimal?), v => ((Money)v).Yuan),
            _ when type == typeof(DateOnly) => ("date", NpgsqlDbType.Date, typeof(DateOnly?), v => v),
            _ when type == typeof(DateTimeOffset) => ("timestamptz", NpgsqlDbType.TimestampTz, typeof(DateTime?), v => ((DateTimeOffset)v).UtcDateTime),
            _ when type == typeof(byte[]) => ("bytea", NpgsqlDbType.Bytea, typeof(byte[]), v => v),
            { IsEnum: true } => ("text", NpgsqlDbType.Text, typeof(string), v => v.ToString()),
            _ when typeof(IEnumerable<string>).IsAssignableFrom(type) => ("jsonb", NpgsqlDbType.Jsonb, typeof(string), v => JsonSerializer.Serialize(((IEnumerable<string>)v).ToArray())),
            _ when CheckedValueConverterFactory.IsValue(type) =>
                ("text", NpgsqlDbType.Text, typeof(string), v => v.ToString()),
            _ => throw new InvalidOperationException($"A row cannot hold {type.Name}."),
        };
    }
}
