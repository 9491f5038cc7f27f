using System.Globalization;
using System.Text;
using FsCheck.Fluent;
using Platform.Cases;

namespace Platform.Tests.Cases;

public sealed class WorkingCalendarTests
{
    private static readonly WorkingCalendar Calendar = WorkingCalendar.National;

    [Theory]
    [InlineData("2026-02-12", 3, "2026-02-24")]
    [InlineData("2026-02-12", 10, "2026-03-04")]
    [InlineData("2026-01-05", 30, "2026-02-14")]
    [InlineData("2026-09-22", 20, "2026-10-27")]
    [InlineData("2026-09-22", 30, "2026-11-10")]
    [InlineData("2026-09-22", 45, "2026-12-01")]
    [InlineData("2026-04-30", 5, "2026-05-11")]
    [InlineData("2014-04-28", 5, "2014-05-06")]
    [InlineData("2014-09-26", 3, "2014-09-30")]
    [InlineData("2014-05-05", 30, "2014-06-17")]
    [InlineData("2018-02-10", 10, "2018-02-28")]
    [InlineData("2026-09-22", 3, "2026-09-28")]
    [InlineData("2026-10-20", 10, "2026-11-03")]
    [InlineData("2014-05-05", 10, "2014-05-19")]
    [InlineData("2014-05-19", 5, "2014-05-26")]
    public void A_deadline_is_the_nth_working_day_after_the_trigger(string trigger, int days, string due) =>
        Assert.Equal(Day(due), Due(Day(trigger), days));

    [Fact]
    public void A_publicity_of_seven_days_ends_on_the_seventh_day_after_posting()
    {
        Assert.Equal(Day("2026-11-23"), WorkingCalendar.LastPublicityDay(Day("2026-11-16"), 7));
        Assert.Equal(Day("2026-10-19"), WorkingCalendar.LastPublicityDay(Day("2026-10-12"), 7));
    }

    [Theory]
    [InlineData("2026-11-16", "2026-11-23")]
    [InlineData("2026-09-19", "2026-09-28")]
    [InlineData("2026-09-13", "2026-09-20")]
    public void A_last_day_on_a_rest_day_moves_on_where_the_locality_says_so(string posted, string last)
    {
        Assert.True(Calendar.TryLastPublicityDayOverRestDays(Day(posted), 7, out var end, out _));
        Assert.Equal(Day(last), end);
    }

    [Fact]
    public void A_period_of_months_ends_on_the_same_day_or_the_last_of_the_month() =>
        Assert.Equal(Day("2026-02-28"), Day("2025-11-30").AddMonths(3));

    [Fact]
    public void The_year_2026_has_248_working_days() => Assert.Equal(248, Between(new(2025, 12, 31), new(2026, 12, 31)));

    // Every statutory holiday takes one weekday out of the year, wherever it falls and is made up for: 11 a year, 13 since
    // 2025. A wrong day in a notice breaks the balance. 2012 was paid for on 31 December 2011; 2015 had Victory Day; in
    // 2020 the Spring Festival was prolonged by a Friday and a Saturday that was to be worked.
    [Fact]
    public void Every_year_gives_exactly_its_statutory_holidays() =>
        Assert.All(Enumerable.Range(2012, 15), year =>
        {
            var holidays = year switch { 2012 or 2015 => 12, 2020 => 13, < 2025 => 11, _ => 13 };
            var weekdays = Enumerable.Range(0, new DateOnly(year, 12, 31).DayOfYear).Count(day => new DateOnly(year, 1, 1).AddDays(day).DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday));
            Assert.Equal(weekdays - holidays, Between(new(year - 1, 12, 31), new(year, 12, 31)));
        });

    [Theory]
    [InlineData("2015-09-03", false)]
    [InlineData("2015-09-06", true)]
    [InlineData("2018-12-29", true)]
    [InlineData("2018-12-31", false)]
    [InlineData("2019-04-28", true)]
    [InlineData("2019-05-02", false)]
    [InlineData("2019-05-05", true)]
    [InlineData("2020-01-31", false)]
    [InlineData("2020-02-01", false)]
    [InlineData("2020-02-03", true)]
    [InlineData("2022-12-31", false)]
    public void Amended_and_overlapping_notices_hold_as_last_issued(string day, bool expected)
    {
        Assert.True(Calendar.TryIsWorkingDay(Day(day), out var working, out _));
        Assert.Equal(expected, working);
    }

    [Fact]
    public void A_year_without_a_notice_refuses()
    {
        Assert.False(Calendar.TryDue(Day("2027-12-20"), 30, out _, out var ahead));
        Assert.Equal(("E_CALENDAR_MISSING", RefusalKind.Rule, (object?)2028), (ahead.Code, ahead.Kind, ahead.Details["year"]));
        Assert.False(Calendar.TryIsWorkingDay(Day("2011-12-31"), out var working, out var before));
        Assert.False(working);
        Assert.Equal("E_CALENDAR_MISSING", before.Code);
        Assert.False(Calendar.TryWorkingDays(Day("2011-12-01"), Day("2012-01-31"), out var count, out _));
        Assert.Equal(0, count);
    }

    [Fact]
    public void A_year_known_only_by_its_statutory_holidays_says_so()
    {
        Assert.True(Calendar.IsProvisional(2027));
        Assert.False(Calendar.IsProvisional(2026));
    }

    [Fact]
    public void The_provisional_holidays_are_those_of_the_lunar_calendar()
    {
        var lunar = new ChineseLunisolarCalendar();
        DateOnly Lunar(int month, int day)
        {
            var leap = lunar.GetLeapMonth(2027);
            return DateOnly.FromDateTime(lunar.ToDateTime(2027, leap > 0 && month >= leap ? month + 1 : month, day, 0, 0, 0, 0));
        }

        var newYear = Lunar(1, 1);
        DateOnly[] off = [newYear.AddDays(-1), newYear, newYear.AddDays(1), newYear.AddDays(2), Lunar(5, 5), Lunar(8, 15), new(2027, 1, 1), new(2027, 4, 5), new(2027, 5, 1), new(2027, 5, 2), new(2027, 10, 1), new(2027, 10, 2), new(2027, 10, 3)];
        Assert.All(off, day => Assert.True(Calendar.TryIsWorkingDay(day, out var working, out _) && !working, $"{day:O}"));
        Assert.Equal(261 - off.Count(day => day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday)), Between(new(2026, 12, 31), new(2027, 12, 31)));
    }

    [Fact]
    public void A_later_trigger_is_never_due_earlier() =>
        Invented.ForAll(
            from trigger in Invented.TriggerDay
            from later in Gen.Choose(0, 40)
            from days in Gen.Choose(1, 60)
            from more in Gen.Choose(0, 20)
            select (trigger, later: trigger.AddDays(later), days, more),
            x => Due(x.trigger, x.days) <= Due(x.later, x.days) && Due(x.trigger, x.days) <= Due(x.trigger, x.days + x.more));

    [Fact]
    public void Between_trigger_and_deadline_lie_exactly_n_working_days_and_the_deadline_is_one() =>
        Invented.ForAll(
            from trigger in Invented.TriggerDay
            from days in Gen.Choose(1, 60)
            select (trigger, days, due: Due(trigger, days)),
            x => Between(x.trigger, x.due) == x.days && Between(x.trigger, x.due.AddDays(-1)) == x.days - 1);

    [Theory]
    [InlineData("""{ "notices": [{ "year": 2030, "source": "x", "off": ["2030-13-01"], "work": [] }] }""")]
    [InlineData("""{ "notices": [{ "year": 2030, "source": "x", "off": ["2031-01-01"], "work": [] }] }""")]
    [InlineData("""{ "notices": [{ "year": 2030, "source": "x", "off": ["2030-01-02/2030-01-01"], "work": [] }] }""")]
    [InlineData("""{ "notices": [{ "year": 2030, "source": "x", "off": ["2030-01-01/2030-01-06"], "work": ["2030-01-05"] }] }""")]
    public void A_calendar_that_contradicts_itself_is_not_read(string json) => Assert.Throws<InvalidDataException>(() => Read(json));

    [Theory]
    [InlineData("""{ "notices": [{ "year": 2030, "source": "x", "off": [], "work": [], "extra": 1 }] }""")]
    [InlineData("""{ "notices": [{ "year": 2030, "off": [], "work": [] }] }""")]
    [InlineData("null")]
    public void A_calendar_of_another_shape_is_not_read(string json) => Assert.ThrowsAny<System.Text.Json.JsonException>(() => Read(json));

    private static WorkingCalendar Read(string json) => WorkingCalendar.Read(new MemoryStream(Encoding.UTF8.GetBytes(json)));

    private static DateOnly Day(string text) => DateOnly.ParseExact(text, "O", CultureInfo.InvariantCulture);

    private static DateOnly Due(DateOnly trigger, int days)
    {
        Assert.True(Calendar.TryDue(trigger, days, out var due, out var refusal), refusal?.Why.En);
        return due;
    }

    private static int Between(DateOnly after, DateOnly until)
    {
        Assert.True(Calendar.TryWorkingDays(after, until, out var count, out var refusal), refusal?.Why.En);
        return count;
    }
}
