using System.Globalization;

namespace Platform.Local.Demonstration;

internal enum Relation
{
    Head,
    Spouse,
    Child,
    Parent,
    Other,
}

internal enum Sex
{
    Male,
    Female,
}

internal enum HukouKind
{
    Agricultural,
    NonAgricultural,
}

/// <summary>An invented person; registered in the household's village.</summary>
internal sealed record Person(string Name, Sex Sex, DateOnly BirthDate, Relation Relation, string ResidentId, HukouKind Hukou)
{
    /// <summary>Completed years on 1 January 2014.</summary>
    public int AgeAtStartOfYear => WorkingDays.Year - 1 - BirthDate.Year + (BirthDate is { Month: 1, Day: 1 } ? 1 : 0);
}

/// <summary>Invents the members of a household: who lives with whom, at which ages, under which names and numbers.</summary>
internal sealed class People(string county, Draw draw)
{
    // Order codes 901–994 keep invented numbers away from those commonly given out.
    private const int FirstOrderCode = 901;

    private const string Surnames = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余杜叶程魏苏吕丁任沈姚卢傅钟姜崔谭廖范汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎薛尹段雷黎史龙陶贺顾毛郝龚邵万钱严武洪汤储鲍";
    private const string MaleGiven = "伟强磊军勇杰涛明超刚平辉鹏华飞波斌宇浩凯健俊帆帅旭宁龙林欢阳建国志德福贵全发生友良海山仁忠义成康才厚元春喜庆";
    private const string FemaleGiven = "芳娜敏静丽艳娟霞秀玲桂英兰珍莲梅琴云翠凤香萍红燕洁琳雪慧倩婷莉颖春菊花玉淑惠美巧银爱素月荣彩";

    private static readonly DateOnly Today = new(WorkingDays.Year, 1, 1);
    private static readonly int[] CheckWeights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

    private readonly HashSet<(DateOnly Birth, int Order)> given = [];
    private readonly (string Item, int Weight)[] regions = [(county, 92), ("341502", 4), ("341521", 2), ("341522", 2)];

    public IReadOnlyList<Person> Household(Area area, int size)
    {
        var couple = size == 2 ? draw.Chance(70) : size > 2 && draw.Chance(82);
        var age = HeadAge(size, couple);
        var sex = draw.Chance(size == 1 ? 58 : 68) ? Sex.Male : Sex.Female;
        var surname = Surname();
        List<Person> members = [Born(area, Relation.Head, surname, sex, age)];
        var family = surname;
        if (couple)
        {
            var other = Surname();
            members.Add(Born(area, Relation.Spouse, other, sex == Sex.Male ? Sex.Female : Sex.Male, Math.Max(22, age + draw.Between(-5, 3))));
            family = sex == Sex.Male ? surname : other;
        }

        // Older heads live with a grown child, then a grandchild; younger ones with children, and some with a parent.
        while (members.Count < size)
        {
            var children = members.Count(m => m.Relation == Relation.Child);
            members.Add(children > 0 && age < 60 && !members.Exists(m => m.Relation == Relation.Parent) && draw.Chance(35)
                ? Parent(area, surname, age)
                : children > 0 && age >= 52 && draw.Chance(60)
                    ? Born(area, Relation.Other, family, AnySex(), draw.Between(0, age - 46))
                    : Born(area, Relation.Child, family, AnySex(), Math.Max(0, age - draw.Between(22, 38))));
        }

        return members;
    }

    private int HeadAge(int size, bool couple) => (size, couple) switch
    {
        (1, _) => draw.Chance(62) ? draw.Between(60, 88) : draw.Between(34, 59),
        (2, true) => draw.Chance(68) ? draw.Between(58, 84) : draw.Between(36, 57),
        (2, false) => draw.Between(32, 74),
        _ => draw.Between(30, 64),
    };

    private Person Parent(Area area, string surname, int headAge)
    {
        var father = draw.Chance(40);
        return Born(area, Relation.Parent, father ? surname : Surname(), father ? Sex.Male : Sex.Female, headAge + draw.Between(20, 33));
    }

    private Person Born(Area area, Relation relation, string surname, Sex sex, int age)
    {
        var birth = Today.AddYears(-age).AddDays(-1 - draw.Below(364));
        var order = OrderCode(sex);
        while (!given.Add((birth, order)))
        {
            (birth, order) = (birth.AddDays(-1), OrderCode(sex));
        }

        var hukou = draw.Chance(area == Area.Urban ? 96 : 1) ? HukouKind.NonAgricultural : HukouKind.Agricultural;
        return new(surname + GivenName(sex), sex, birth, relation, Number(draw.Weighted(regions), birth, order), hukou);
    }

    private int OrderCode(Sex sex) => FirstOrderCode + (2 * draw.Below(47)) + (sex == Sex.Male ? 0 : 1);

    private Sex AnySex() => draw.Chance(52) ? Sex.Male : Sex.Female;

    private string Surname() => Surnames[draw.Below(Surnames.Length)].ToString();

    private string GivenName(Sex sex)
    {
        var from = sex == Sex.Male ? MaleGiven : FemaleGiven;
        var first = from[draw.Below(from.Length)];
        return draw.Chance(28) ? first.ToString() : $"{first}{from[draw.Below(from.Length)]}";
    }

    /// <summary>GB 11643-1999; check character by ISO 7064 MOD 11-2.</summary>
    private static string Number(string region, DateOnly birth, int order)
    {
        var body = string.Create(CultureInfo.InvariantCulture, $"{region}{birth:yyyyMMdd}{order}");
        var sum = 0;
        for (var i = 0; i < CheckWeights.Length; i++)
        {
            sum += (body[i] - '0') * CheckWeights[i];
        }

        return body + "10X98765432"[sum % 11];
    }
}
