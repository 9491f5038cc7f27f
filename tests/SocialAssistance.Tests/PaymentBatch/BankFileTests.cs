using System.Security.Cryptography;
using System.Text;
using Platform.Cases;
using Platform.ServiceHost;
using SocialAssistance.PaymentBatch;
using static SocialAssistance.Tests.PaymentBatch.Batches;

namespace SocialAssistance.Tests.PaymentBatch;

public sealed class BankFileTests
{
    private static readonly BankOrder Order = new(Id, RegionCode.Hydrate(County), January, new(2014, 1, 7), "2014年1月低保金");

    private static readonly BankPayment[] Payments =
    [
        new(1, Account("BankCard:6217999900000000016", "王建国", "103376012345"), new(200.00m)),
        new(3, Account("Passbook:0123456789", "阿卜杜拉·买买提", null), new(99.50m)),
        new(17, Account("SocialSecurityCard:623091000000000017", "𬱖某", null), new(1_234_567.89m)),
    ];

    [Fact]
    public void The_csv_begins_with_a_byte_order_mark_and_ends_with_its_control_totals()
    {
        var bytes = BankFiles.Build(BankFormat.Csv, Order, Payments);

        Assert.Equal<byte>([0xEF, 0xBB, 0xBF], bytes[..3]);
        var lines = Encoding.UTF8.GetString(bytes[3..]).Split("\r\n");
        Assert.Equal("序号,批次号,行号,账户类型,账号,户名,联行号,金额,月份,摘要", lines[0]);
        Assert.Equal("1,DB-341503-2014-01,1,银行卡,6217999900000000016,王建国,103376012345,200.00,2014-01,2014年1月低保金", lines[1]);
        Assert.Equal("2,DB-341503-2014-01,3,存折,0123456789,阿卜杜拉·买买提,,99.50,2014-01,2014年1月低保金", lines[2]);
        Assert.Equal("", lines[5]);
        var above = bytes[..^Encoding.UTF8.GetByteCount(lines[4] + "\r\n")];
        Assert.Equal($"合计,3,1234867.39,{Convert.ToHexStringLower(SHA256.HashData(above))}", lines[4]);
    }

    [Fact]
    public void The_fixed_width_file_counts_bytes_not_characters()
    {
        var bytes = BankFiles.Build(BankFormat.Gb18030, Order, Payments);
        var gb = CodePagesEncodingProvider.Instance.GetEncoding("GB18030")!;

        Assert.Equal(5 * 205, bytes.Length);
        var records = bytes.Chunk(205).ToList();
        Assert.All(records, r => Assert.Equal("\r\n"u8.ToArray(), r[203..]));
        Assert.Equal("H01DB-341503-2014-01                       34150320140120140107", gb.GetString(records[0]).TrimEnd());
        Assert.Equal(["D0000000100000001", "1", "6217999900000000016", "王建国", "103376012345", "000000000020000", "201401", "2014年1月低保金"], Fields(records[1]));
        Assert.Equal(["D0000000200000003", "2", "0123456789", "阿卜杜拉·买买提", "", "000000000009950", "201401", "2014年1月低保金"], Fields(records[2]));
        Assert.Equal(["D0000000300000017", "3", "623091000000000017", "𬱖某", "", "000000123456789", "201401", "2014年1月低保金"], Fields(records[3]));
        Assert.Equal("T00000003000000000123486739", gb.GetString(records[4]).TrimEnd());
        // A character outside the basic plane takes four bytes, one of the national standard two.
        Assert.Equal(6, gb.GetByteCount("𬱖某"));

        string[] Fields(byte[] r) => [.. new[] { (1, 17), (18, 1), (19, 32), (51, 80), (131, 12), (143, 15), (158, 6), (164, 40) }.Select(f => gb.GetString(r, f.Item1 - 1, f.Item2).TrimEnd())];
    }

    [Fact]
    public void The_same_lines_give_the_same_bytes() => Assert.All(Enum.GetValues<BankFormat>(), format =>
        Assert.Equal(BankFiles.Hash(BankFiles.Build(format, Order, Payments)), BankFiles.Hash(BankFiles.Build(format, Order, [.. Payments]))));

    [Fact]
    public void A_holder_with_a_comma_or_quotes_is_quoted()
    {
        var csv = Encoding.UTF8.GetString(BankFiles.Build(BankFormat.Csv, Order, [new(1, Account("Passbook:0123456789", "五保户\"敬老院\",一部", null), new(1m))]));

        Assert.Contains(",\"五保户\"\"敬老院\"\",一部\",", csv, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("BankCard:6217999900000000016", "王建国", null, true)]
    [InlineData("BankCard:6217999900000000017", "王建国", null, false)]
    [InlineData("Passbook:0123456789", "王建国", "103376012345", true)]
    [InlineData("Passbook:0123456789", "王建国", "10337601234", false)]
    [InlineData("Passbook:0123456789", "王建国", "10337601234x", false)]
    [InlineData("Passbook:0123456789", "", null, false)]
    [InlineData("Passbook:0123456789", "=1+1", null, false)]
    [InlineData("Passbook:0123456789", "王\r\n建国", null, false)]
    [InlineData("Passbook:0123456789", "\ud800", null, false)]
    [InlineData("Passbook:0123456789", "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十", null, true)]
    [InlineData("Passbook:0123456789", "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一", null, false)]
    public void An_account_is_paid_to_when_the_files_can_carry_it(string number, string holder, string? bank, bool payable) =>
        Assert.Equal(payable, BankFiles.CanPay(Account(number, holder, bank)));

    private static PayeeAccount Account(string number, string holder, string? bank) => new(BankAccountNumber.Hydrate(number), holder, bank);
}
