using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Platform.Cases;
using Platform.ServiceHost;

namespace SocialAssistance.PaymentBatch;

/// <summary>Formats that the paying bank takes.</summary>
internal enum BankFormat
{
    /// <summary>UTF-8 with byte order mark, RFC 4180.</summary>
    Csv,

    /// <summary>Fixed width in bytes, GB 18030.</summary>
    Gb18030,
}

/// <summary>A bank file as built, sealed; not derived from facts, which hold its SHA-256.</summary>
[Row("bank_files", nameof(Batch), nameof(Format), Derived = false)]
internal sealed record BankFileRow(string Batch, BankFormat Format, string Sha256, byte[] Sealed);

/// <summary>One transfer.</summary>
internal sealed record BankPayment(int Line, PayeeAccount Account, Money Amount);

/// <summary>What all transfers of a file have in common.</summary>
internal sealed record BankOrder(string Batch, RegionCode Region, YearMonth Month, DateOnly On, string Remark);

/// <summary>
/// The files for the bank, the same bytes for the same lines. Lines end in CR LF.
/// <para>
/// CSV: byte order mark; header; one line per transfer (序号, 批次号, 行号, 账户类型, 账号, 户名, 联行号, 金额 in yuan with two decimals, 月份 yyyy-MM,
/// 摘要); last line 合计, count, sum, SHA-256 in hexadecimal of every byte before that line.
/// </para>
/// <para>
/// GB 18030: records of 203 bytes and CR LF; text left, filled with spaces; numbers right, filled with zeros; bytes counted from 1.
/// Header: 1 <c>H</c>; 2–3 version <c>01</c>; 4–43 batch; 44–49 county; 50–55 month yyyyMM; 56–63 day yyyyMMdd; 64–203 spaces.
/// Detail: 1 <c>D</c>; 2–9 sequence; 10–17 line; 18 kind (1 bank card, 2 passbook, 3 social security card, 4 institution account);
/// 19–50 account; 51–130 holder; 131–142 bank code; 143–157 amount in fen; 158–163 month yyyyMM; 164–203 remark.
/// Trailer: 1 <c>T</c>; 2–9 count; 10–27 sum in fen; 28–203 spaces.
/// </para>
/// </summary>
internal static class BankFiles
{
    private const int RecordBytes = 203;
    private const int HolderBytes = 80;
    private static readonly Encoding Utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly Encoding Gb18030 = CodePagesEncodingProvider.Instance.GetEncoding("GB18030", EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback)!;
    private static readonly Encoding Lenient = CodePagesEncodingProvider.Instance.GetEncoding("GB18030")!;

    /// <summary>Whether a file can carry this account: a valid number, and a holder that fits and that no spreadsheet takes for a formula.</summary>
    public static bool CanPay(PayeeAccount account) =>
        BankAccountNumber.TryCreate(account.Number.ToString(), out _, out _)
        && account.Bank is null or { Length: 12 } && (account.Bank ?? "").All(char.IsAsciiDigit)
        && account.Holder.Length > 0 && account.Holder[0] is not ('=' or '+' or '-' or '@')
        && !account.Holder.Any(c => char.IsControl(c)) && account.Holder.EnumerateRunes().All(r => r != Rune.ReplacementChar)
        && Lenient.GetByteCount(account.Holder) <= HolderBytes;

    public static byte[] Build(BankFormat format, BankOrder order, IReadOnlyList<BankPayment> payments) => format == BankFormat.Csv ? Csv(order, payments) : Fixed(order, payments);

    public static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static byte[] Csv(BankOrder order, IReadOnlyList<BankPayment> payments)
    {
        using var file = new MemoryStream(payments.Count * 128);
        file.Write([0xEF, 0xBB, 0xBF]);
        Line("序号", "批次号", "行号", "账户类型", "账号", "户名", "联行号", "金额", "月份", "摘要");
        foreach (var (i, p) in payments.Index())
        {
            Line(Text(i + 1), order.Batch, Text(p.Line), Kind(p.Account.Number.Kind), p.Account.Number.Number, p.Account.Holder, p.Account.Bank ?? "", p.Amount.ToString(), order.Month.ToString(), order.Remark);
        }

        var above = Hash(file.GetBuffer().AsSpan(0, (int)file.Length));
        Line("合计", Text(payments.Count), payments.Sum(p => p.Amount).ToString(), above);
        return file.ToArray();

        void Line(params ReadOnlySpan<string> fields)
        {
            var line = new StringBuilder();
            foreach (var field in fields)
            {
                line.Append(line.Length == 0 ? "" : ",").Append(field.AsSpan().ContainsAny(",\"") ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field);
            }

            file.Write(Utf8.GetBytes(line.Append("\r\n").ToString()));
        }
    }

    private static byte[] Fixed(BankOrder order, IReadOnlyList<BankPayment> payments)
    {
        var file = new byte[(payments.Count + 2) * (RecordBytes + 2)];
        file.AsSpan().Fill((byte)' ');
        var month = order.Month.First.ToString("yyyyMM", CultureInfo.InvariantCulture);
        var header = Record(0, "H");
        Put(header, 2, 2, "01");
        Put(header, 4, 40, order.Batch);
        Put(header, 44, 6, order.Region.County);
        Put(header, 50, 6, month);
        Put(header, 56, 8, order.On.ToString("yyyyMMdd", CultureInfo.InvariantCulture));
        foreach (var (i, p) in payments.Index())
        {
            var detail = Record(i + 1, "D");
            Put(detail, 2, 8, Digits(i + 1, 8));
            Put(detail, 10, 8, Digits(p.Line, 8));
            Put(detail, 18, 1, Text((int)p.Account.Number.Kind + 1));
            Put(detail, 19, 32, p.Account.Number.Number);
            Put(detail, 51, HolderBytes, p.Account.Holder);
            Put(detail, 131, 12, p.Account.Bank ?? "");
            Put(detail, 143, 15, Digits(Fen(p.Amount), 15));
            Put(detail, 158, 6, month);
            Put(detail, 164, 40, order.Remark);
        }

        var trailer = Record(payments.Count + 1, "T");
        Put(trailer, 2, 8, Digits(payments.Count, 8));
        Put(trailer, 10, 18, Digits(Fen(payments.Sum(p => p.Amount)), 18));
        return file;

        Span<byte> Record(int place, string kind)
        {
            var record = file.AsSpan(place * (RecordBytes + 2), RecordBytes + 2);
            "\r\n"u8.CopyTo(record[RecordBytes..]);
            Put(record, 1, 1, kind);
            return record;
        }
    }

    /// <summary>Positions count from 1, as bank specifications do.</summary>
    /// <exception cref="ArgumentException">The text does not fit: nothing is cut off.</exception>
    private static void Put(Span<byte> record, int from, int width, string text) => Gb18030.GetBytes(text, record.Slice(from - 1, width));

    private static string Kind(BankAccountKind kind) => kind switch
    {
        BankAccountKind.BankCard => "银行卡",
        BankAccountKind.Passbook => "存折",
        BankAccountKind.SocialSecurityCard => "社会保障卡",
        _ => "对公账户",
    };

    private static long Fen(Money amount) => (long)(amount.Yuan * 100);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Digits(long number, int width) => number.ToString(CultureInfo.InvariantCulture).PadLeft(width, '0');
}
