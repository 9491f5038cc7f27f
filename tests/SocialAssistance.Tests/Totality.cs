using System.Collections;
using System.Reflection;
using Platform.Cases;
using Platform.Tests.Support;

namespace SocialAssistance.Tests;

/// <summary>
/// A decision is total: every command of a process, with empty, smallest and largest content, in every state a history
/// passes through, is decided or refused, and never fails.
/// </summary>
internal static class Totality
{
    private enum Size
    {
        Nothing,
        Smallest,
        Largest,
    }

    public static void Holds(CaseType type, PolicyBook book, IReadOnlyList<object> examples, params IReadOnlyList<IReadOnlyList<object>> histories)
    {
        var commands = type.CommandType.Assembly.GetTypes().Where(t => t.IsSubclassOf(type.CommandType) && !t.IsAbstract).ToList();
        Assert.NotEmpty(commands);
        List<object> asked = [.. examples, .. from c in commands from size in Enum.GetValues<Size>() select Make(c, size, 0)!];
        List<Act> acts = [Officer.With([.. Roles.All]).Named("u-1").On("2026-10-12"), Officer.System("2030-01-01"), Officer.With().Named("").On("2014-05-05")];
        foreach (var facts in histories)
        {
            for (var known = 0; known <= facts.Count; known++)
            {
                var scenario = Scenario.Of(type, book).Given([.. facts.Take(known)]);
                foreach (var command in asked)
                {
                    foreach (var act in acts)
                    {
                        // Facts, where there are any, can be folded, listed and read: Scenario sees to it.
                        var decided = scenario.When(command, act);
                        _ = decided.Refusal is null ? decided.Changes().Count + decided.Consequences().Count : 0;
                        _ = decided.Refusal is null ? decided.State : null;
                    }
                }
            }
        }
    }

    private static object? Make(Type type, Size size, int depth) => type switch
    {
        _ when Nullable.GetUnderlyingType(type) is { } inner => size == Size.Nothing ? null : Make(inner, size, depth),
        _ when type == typeof(string) => size switch { Size.Nothing => "", Size.Smallest => "x", _ => new string('长', 600) },
        _ when type == typeof(int) => size switch { Size.Nothing => 0, Size.Smallest => int.MinValue, _ => int.MaxValue },
        _ when type == typeof(long) => size switch { Size.Nothing => 0L, Size.Smallest => long.MinValue, _ => long.MaxValue },
        _ when type == typeof(decimal) => size switch { Size.Nothing => 0m, Size.Smallest => decimal.MinValue, _ => decimal.MaxValue },
        _ when type == typeof(bool) => size == Size.Largest,
        _ when type == typeof(DateOnly) => size switch { Size.Nothing => default, Size.Smallest => DateOnly.MinValue, _ => DateOnly.MaxValue },
        _ when type == typeof(Money) => size == Size.Largest ? new Money(999_999_999_999.99m) : Money.Zero,
        _ when type == typeof(YearMonth) => YearMonth.From(new(2026, 10, 1)),
        _ when type == typeof(RegionCode) => RegionCode.Hydrate("341503101201"),
        _ when type == typeof(PersonId) => PersonId.Hydrate("mfrggzdfmztwq2lknnwg23tpob"),
        { IsEnum: true } => size == Size.Largest ? Enum.GetValues(type).Cast<object>().Last() : Enum.GetValues(type).Cast<object>().First(),
        { IsGenericType: true } when typeof(IEnumerable).IsAssignableFrom(type) => List(type.GetGenericArguments()[0], size, depth),
        _ => Record(type, size, depth),
    };

    private static Array List(Type element, Size size, int depth)
    {
        var count = size switch { Size.Nothing => 0, Size.Smallest => 1, _ => 3 };
        var list = Array.CreateInstance(element, count);
        for (var i = 0; i < count; i++)
        {
            list.SetValue(Make(element, size, depth + 1), i);
        }

        return list;
    }

    private static object? Record(Type type, Size size, int depth)
    {
        var constructor = type.GetConstructors().OrderByDescending(c => c.GetParameters().Length).First();
        var nullable = new NullabilityInfoContext();
        return constructor.Invoke([.. constructor.GetParameters().Select(p =>
            depth > 6 || (size == Size.Nothing && nullable.Create(p).WriteState == NullabilityState.Nullable) ? null : Make(p.ParameterType, size, depth + 1))]);
    }
}
