using System.Globalization;
using System.Xml;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;

namespace SocialAssistance.LegacyImport;

/// <summary>The first sheet of an xlsx workbook, read element by element: a sheet is never held as a whole.</summary>
internal static class RegisterWorkbook
{
    // A part that unpacks to more than this is no register.
    private const long LargestPart = 256L << 20;

    public static IEnumerable<RegisterRow> Read(byte[] file)
    {
        using var stream = new MemoryStream(file, writable: false);
        using var workbook = Open(stream);
        var shared = Shared(workbook);
        int[]? places = null;
        using var rows = Guarded(() => Rows(workbook, shared).GetEnumerator());
        while (Guarded(rows.MoveNext))
        {
            var (number, cells) = rows.Current;
            if (places is null)
            {
                places = RegisterFile.Places(cells);
                continue;
            }

            if (cells.TrueForAll(string.IsNullOrWhiteSpace))
            {
                continue;
            }

            if (number > RegisterFile.MostRows)
            {
                throw RegisterFile.Unreadable($"登记册超过{RegisterFile.MostRows}行。", $"The register has more than {RegisterFile.MostRows} rows.");
            }

            var at = places;
            yield return new(number, RegisterFile.Hash(string.Join('\t', cells)), [.. at.Select((p, column) => Text(p < cells.Count ? cells[p] : "", (RegisterColumn)column))]);
        }

        if (places is null)
        {
            throw RegisterFile.Unreadable("文件为空。", "The file is empty.");
        }
    }

    private static SpreadsheetDocument Open(Stream stream) =>
        Guarded(() => SpreadsheetDocument.Open(stream, isEditable: false, new OpenSettings { MaxCharactersInPart = LargestPart }));

    private static List<string> Shared(SpreadsheetDocument workbook) => Guarded(() =>
    {
        var texts = new List<string>();
        if (workbook.WorkbookPart?.SharedStringTablePart is { } part)
        {
            using var reader = OpenXmlReader.Create(part);
            while (reader.Read())
            {
                if (reader.IsStartElement && reader.ElementType == typeof(SharedStringItem))
                {
                    texts.Add(reader.LoadCurrentElement()!.InnerText);
                }
            }
        }

        return texts;
    });

    private static IEnumerable<(int Number, List<string> Cells)> Rows(SpreadsheetDocument workbook, List<string> shared)
    {
        var sheet = workbook.WorkbookPart?.Workbook.Sheets?.Elements<Sheet>().FirstOrDefault()?.Id?.Value;
        if (sheet is null || workbook.WorkbookPart!.GetPartById(sheet) is not WorksheetPart part)
        {
            throw RegisterFile.Unreadable("工作簿没有工作表。", "The workbook has no sheet.");
        }

        using var reader = OpenXmlReader.Create(part);
        var number = 0;
        while (reader.Read())
        {
            if (reader.IsStartElement && reader.ElementType == typeof(Row))
            {
                var row = (Row)reader.LoadCurrentElement()!;
                number = row.RowIndex is { } index ? (int)index.Value : number + 1;
                yield return (number, Cells(row, shared));
            }
        }
    }

    private static List<string> Cells(Row row, List<string> shared)
    {
        var cells = new List<string>(RegisterFile.Names.Count);
        foreach (var cell in row.Elements<Cell>())
        {
            var place = cell.CellReference?.Value is { } reference ? Place(reference) : cells.Count;
            if (place >= RegisterFile.Names.Count * 4)
            {
                throw RegisterFile.Unreadable("工作表列数过多。", "The sheet has too many columns.");
            }

            while (cells.Count <= place)
            {
                cells.Add("");
            }

            var text = cell.DataType?.Value == CellValues.SharedString
                ? int.TryParse(cell.CellValue?.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var i) && i < shared.Count ? shared[i] : ""
                : cell.DataType?.Value == CellValues.InlineString ? cell.InlineString?.InnerText ?? "" : cell.CellValue?.Text ?? "";
            cells[place] = text.Length <= RegisterFile.LongestCell ? text : text[..RegisterFile.LongestCell];
        }

        while (cells.Count > 0 && cells[^1].Length == 0)
        {
            cells.RemoveAt(cells.Count - 1);
        }

        return cells;
    }

    private static int Place(string reference)
    {
        var place = 0;
        foreach (var letter in reference.TakeWhile(char.IsAsciiLetterUpper).Take(3))
        {
            place = (place * 26) + (letter - 'A' + 1);
        }

        return Math.Max(0, place - 1);
    }

    /// <summary>A spreadsheet turns 2009-05 into the day's number; it is turned back.</summary>
    private static string Text(string cell, RegisterColumn column) =>
        column == RegisterColumn.PaidSince && double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var day) && day is >= 1 and < 100_000
            ? DateTime.FromOADate(day).ToString("yyyy-MM", CultureInfo.InvariantCulture)
            : cell.Trim();

    private static T Guarded<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is OpenXmlPackageException or FileFormatException or InvalidDataException or XmlException or FormatException or InvalidOperationException or ArgumentException or KeyNotFoundException)
        {
            throw RegisterFile.Unreadable("文件不是可读的xlsx工作簿。", "The file is not a readable xlsx workbook.", e);
        }
    }
}
