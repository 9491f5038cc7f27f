using System.Security.Cryptography;
using System.Text;
using System.Text.Unicode;
using CsvHelper;
using Platform.Cases;

namespace SocialAssistance.LegacyImport;

/// <summary>Columns of a register, one row per person; those after <see cref="Category"/> stand on the head's row only.</summary>
internal enum RegisterColumn
{
    HouseholdNo,
    Area,
    VillageCode,
    VillageName,
    Relation,
    Name,
    ResidentId,
    Category,
    AnnualIncome,
    MonthlyAmount,
    PaidSince,
    Account,
    AccountHolder,
    BankCode,
}

/// <summary>A row as it stands in the file.</summary>
/// <param name="Number">As a spreadsheet counts: the header is 1.</param>
/// <param name="Hash">SHA-256 of the row: of its text without the line end, or of an xlsx row's cells joined by tabs.</param>
internal sealed record RegisterRow(int Number, string Hash, string[] Cells)
{
    public string this[RegisterColumn column] => Cells[(int)column];
}

/// <summary>The file as a whole cannot be read as a register.</summary>
internal sealed class RegisterUnreadableException(Refusal refusal, Exception? inner = null) : Exception(refusal.Code, inner)
{
    public Refusal Refusal { get; } = refusal;
}

/// <summary>Reads registers row by row: CSV (RFC 4180, UTF-8 with or without BOM) and the first sheet of an xlsx workbook.</summary>
internal static class RegisterFile
{
    /// <summary>Rows of one register; a county's is a tenth of this.</summary>
    public const int MostRows = 500_000;

    /// <summary>Characters of one cell.</summary>
    public const int LongestCell = 500;

    // Bytes of a row: 14 fields.
    private const int LongestRecord = 16 * 1024;

    public static readonly IReadOnlyList<string> Names = [.. Enum.GetNames<RegisterColumn>().Select(Snake)];

    /// <exception cref="RegisterUnreadableException">Not such a file, or not these columns.</exception>
    public static IEnumerable<RegisterRow> Read(RegisterKind kind, byte[] file) => kind == RegisterKind.Csv ? Csv(file) : RegisterWorkbook.Read(file);

    /// <summary>Places of the columns in a header, whatever their order; all must be there, and no others.</summary>
    public static int[] Places(IReadOnlyList<string> header)
    {
        var found = header.Select(h => h.Trim()).ToList();
        var missing = Names.Except(found, StringComparer.Ordinal).ToArray();
        var unknown = found.Except(Names, StringComparer.Ordinal).ToArray();
        return missing.Length == 0 && unknown.Length == 0 && found.Count == Names.Count
            ? [.. Names.Select(n => found.IndexOf(n))]
            : throw new RegisterUnreadableException(Refusal.Rule("E_REGISTER_HEADER", "登记册表头与要求不符。", "The header is not that of a register.").With("missing", missing).With("unknown", unknown).With("expected", Names));
    }

    public static RegisterUnreadableException Unreadable(string zh, string en, Exception? inner = null) => new(Refusal.Rule("E_REGISTER_FORMAT", zh, en), inner);

    public static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static IEnumerable<RegisterRow> Csv(byte[] file)
    {
        if (!Utf8.IsValid(file))
        {
            throw Unreadable("文件不是UTF-8编码。", "The file is not UTF-8.");
        }

        using var csv = CsvReader.Create(file, new CsvReaderOptions
        {
            Separator = ',',
            MalformedData = CsvMalformedDataHandling.Throw,
            FieldCountMismatch = CsvFieldCountHandling.Throw,
            MaxRecordSize = LongestRecord,
            IncludeValuesInExceptions = false,
        });
        var places = Places(Guarded(csv, c => c.Headers.ToList()));
        while (Guarded(csv, c => c.Read()))
        {
            var number = (int)csv.RowNumber + 1;
            if (number > MostRows || csv.RawRecord.Length > LongestRecord)
            {
                throw Unreadable($"第{number}行过长,或登记册超过{MostRows}行。", $"Row {number} is too long, or the register has more than {MostRows} rows.");
            }

            yield return new(number, Convert.ToHexStringLower(SHA256.HashData(csv.RawRecord)), [.. places.Select(p => csv.GetString(p).Trim())]);
        }
    }

    private static T Guarded<T>(CsvReader csv, Func<CsvReader, T> read)
    {
        try
        {
            return read(csv);
        }
        catch (CsvFormatException e)
        {
            throw Unreadable($"第{csv.RowNumber + 2}行格式有误(引号、列数或长度)。", $"Row {csv.RowNumber + 2} is malformed (quotes, number of fields, or length).", e);
        }
    }

    private static string Snake(string name) => string.Concat(name.Select((c, i) => i > 0 && char.IsUpper(c) ? $"_{char.ToLowerInvariant(c)}" : $"{char.ToLowerInvariant(c)}"));
}
