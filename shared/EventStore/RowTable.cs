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
        private static readonly MethodInfo Fill = typeof(Column).GetMethod(nameof(Filled), BindingFlags.NonPublic | BindingFlags.Static)!;

        public Column(PropertyInfo property)
        {
            var row = Expression.Parameter(typeof(object));
            var read = Expression.Property(Expression.Convert(row, property.DeclaringType!), property);
            var under = Nullable.GetUnderlyingType(property.PropertyType);
            (SqlType, DbType, var element, var convert) = Map(under ?? property.PropertyType);
            Expression value = under is not null ? Expression.Condition(Expression.Property(read, "HasValue"), Converted(Expression.Property(read, "Value")), Expression.Default(element))
                : property.PropertyType.IsValueType ? Converted(read)
                : Expression.Condition(Expression.ReferenceEqual(read, Expression.Constant(null)), Expression.Default(element), Converted(read));
            var take = Expression.Lambda(typeof(Func<,>).MakeGenericType(typeof(object), element), value, row).Compile();
            Values = Fill.MakeGenericMethod(element).CreateDelegate<Func<IReadOnlyList<object>, Array>>(take);
            Get = Expression.Lambda<Func<object, object?>>(Expression.Convert(value, typeof(object)), row).Compile();
            Property = property.Name;
            Name = JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name);

            Expression Converted(Expression from) => Expression.Convert(convert(from), element);
        }

        public string Property { get; }

        public string Name { get; }

        public string SqlType { get; }

        public NpgsqlDbType DbType { get; }

        public Func<object, object?> Get { get; }

        public Func<IReadOnlyList<object>, Array> Values { get; }

        // In the column's own type: a batch of payments would otherwise box hundreds of thousands of values.
        private static T[] Filled<T>(Func<object, T> take, IReadOnlyList<object> rows)
        {
            var filled = new T[rows.Count];
            for (var i = 0; i < filled.Length; i++)
            {
                filled[i] = take(rows[i]);
            }

            return filled;
        }

        private static (string, NpgsqlDbType, Type, Func<Expression, Expression>) Map(Type type) => type switch
        {
            _ when type == typeof(string) => ("text", NpgsqlDbType.Text, typeof(string), v => v),
            _ when type == typeof(int) => ("integer", NpgsqlDbType.Integer, typeof(int?), v => v),
            _ when type == typeof(long) => ("bigint", NpgsqlDbType.Bigint, typeof(long?), v => v),
            _ when type == typeof(bool) => ("boolean", NpgsqlDbType.Boolean, typeof(bool?), v => v),
            _ when type == typeof(decimal) => ("numeric", NpgsqlDbType.Numeric, typeof(decimal?), v => v),
            _ when type == typeof(Money) => ("numeric", NpgsqlDbType.Numeric, typeof(decimal?), v => Expression.Property(v, nameof(Money.Yuan))),
            _ when type == typeof(DateOnly) => ("date", NpgsqlDbType.Date, typeof(DateOnly?), v => v),
            _ when type == typeof(DateTimeOffset) => ("timestamptz", NpgsqlDbType.TimestampTz, typeof(DateTime?), v => Expression.Property(v, nameof(DateTimeOffset.UtcDateTime))),
            _ when type == typeof(byte[]) => ("bytea", NpgsqlDbType.Bytea, typeof(byte[]), v => v),
            _ when typeof(IEnumerable<string>).IsAssignableFrom(type) => ("jsonb", NpgsqlDbType.Jsonb, typeof(string), v => Expression.Invoke((Expression<Func<IEnumerable<string>, string>>)(t => JsonSerializer.Serialize(t.ToArray(), StoreJson.Default.StringArray)), v)),
            _ when type.IsEnum || CheckedValueConverterFactory.IsValue(type) => ("text", NpgsqlDbType.Text, typeof(string), v => Expression.Call(v, nameof(ToString), null)),
            _ => throw new InvalidOperationException($"A row cannot hold {type.Name}."),
        };
    }
}
