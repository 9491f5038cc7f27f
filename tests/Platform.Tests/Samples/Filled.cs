using System.Collections;
using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json;
using Platform.Cases;

namespace Platform.Tests.Samples;

/// <summary>An instance of any fact with every part filled in, so that a sample leaves nothing out.</summary>
internal static class Filled
{
    private static readonly Dictionary<Type, object> Values = new()
    {
        [typeof(string)] = "文本",
        [typeof(int)] = 3,
        [typeof(long)] = 7L,
        [typeof(bool)] = true,
        [typeof(decimal)] = 266.666667m,
        [typeof(DateOnly)] = new DateOnly(2014, 5, 5),
        [typeof(DateTimeOffset)] = new DateTimeOffset(2026, 9, 22, 2, 0, 0, TimeSpan.Zero),
        [typeof(Money)] = new Money(700.00m),
        [typeof(PersonId)] = PersonId.Hydrate("mfrggzdfmztwq2lknnwg23tpob"),
        [typeof(RegionCode)] = RegionCode.Hydrate("341503101201"),
        [typeof(YearMonth)] = new YearMonth(2014, 1),
        [typeof(JsonElement)] = JsonSerializer.SerializeToElement("text"),
    };

    public static object Of(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return Values.TryGetValue(type, out var value) ? value
            : type.IsEnum ? Enum.GetValues(type).GetValue(0)!
            : type.IsArray ? List(type.GetElementType()!).ToArray(type.GetElementType()!)
            : type.IsGenericType && type.GetGenericArguments() is [var key, var of] && typeof(IEnumerable).IsAssignableFrom(type) ? Dictionary(type, key, of)
            : type.IsGenericType && type.GetGenericArguments() is [var item] && typeof(IEnumerable).IsAssignableFrom(type) ? Collection(type, item)
            : Record(type);
    }

    private static object Record(Type type)
    {
        var constructor = type.GetConstructors(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance)
            .Where(c => c.GetParameters() is not [var only] || only.ParameterType != type)
            .MaxBy(c => c.GetParameters().Length) ?? throw new InvalidOperationException($"{type} cannot be made.");
        return constructor.Invoke([.. constructor.GetParameters().Select(p => Of(p.ParameterType))]);
    }

    private static object Collection(Type type, Type item)
    {
        var array = List(item).ToArray(item);
        var make = type.Name switch
        {
            "ImmutableArray`1" => typeof(ImmutableArray),
            "ImmutableList`1" => typeof(ImmutableList),
            "ImmutableSortedSet`1" => typeof(ImmutableSortedSet),
            "ImmutableHashSet`1" => typeof(ImmutableHashSet),
            _ => null,
        };
        return make is null ? array
            : make.GetMethods().Single(m => m.Name == "CreateRange" && m.GetParameters() is [{ ParameterType.Name: "IEnumerable`1" }]).MakeGenericMethod(item).Invoke(null, [array])!;
    }

    private static object Dictionary(Type type, Type key, Type value)
    {
        var dictionary = (IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(key, value))!;
        dictionary[Of(key)] = Of(value);
        return type.Name.StartsWith("Immutable", StringComparison.Ordinal)
            ? typeof(ImmutableDictionary).GetMethods().Single(m => m.Name == "CreateRange" && m.GetParameters().Length == 1 && m.GetGenericArguments().Length == 2).MakeGenericMethod(key, value).Invoke(null, [dictionary])!
            : dictionary;
    }

    private static ArrayList List(Type item) => [Of(item)];
}
