using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using Platform.Cases;
using SocialAssistance.LegacyImport;

namespace SocialAssistance.Tests.LegacyImport;

/// <summary>Reading a register and judging it by itself.</summary>
public sealed class RegisterTests
{
    private static readonly Terms Terms = new("登记册", RegionCode.Hydrate("341503000000"), new(2013, 12, 31), "subsistence-allowance", AmountMustMatch: true, "u-1");
    private static readonly DateOnly Today = new(2014, 1, 2);

    [Fact]
    public void A_sound_register_has_no_fault_and_the_amounts_of_the_standard()
    {
        var register = Judge(Registers.Rows(30));
        Assert.Empty(register.Faults);
        Assert.Equal((Registers.Rows(30).Count, 30), (register.Rows, register.Readable.Count()));
        Assert.Equal(101m, register.Readable.First().Basis.Monthly.Yuan);
        Assert.Contains("allowance-standard@341503#area=Rural from 2013-01-01", register.Standards);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_byte_order_mark_does_not_matter_and_rows_carry_their_hash(bool bom)
    {
        var rows = Registers.Rows(1);
        var read = Assert.Single(RegisterFile.Read(RegisterKind.Csv, Registers.Csv(rows, bom)));
        Assert.Equal((2, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join(',', rows[0]))))), (read.Number, read.Hash));
        Assert.Equal(rows[0], read.Cells);
    }

    [Fact]
    public void Columns_may_stand_in_any_order()
    {
        var names = Registers.Header.Split(',').Reverse();
        var read = RegisterFile.Read(RegisterKind.Csv, Registers.Csv(Registers.Rows(3).Select(r => r.Reverse().ToArray()), header: string.Join(',', names)));
        Assert.Equal(Registers.Rows(3).Select(r => r[6]), read.Select(r => r[RegisterColumn.ResidentId]));
    }

    [Theory]
    [InlineData("household_no,area", "E_REGISTER_HEADER")]
    [InlineData(Registers.Header + ",extra", "E_REGISTER_HEADER")]
    [InlineData("", "E_REGISTER_HEADER")]
    public void Other_columns_are_no_register(string header, string code) =>
        Assert.Equal(code, Assert.Throws<RegisterUnreadableException>(() => RegisterFile.Read(RegisterKind.Csv, Registers.Csv([], header: header)).ToList()).Refusal.Code);

    [Fact]
    public void What_is_not_text_quoted_and_even_is_no_register()
    {
        Unreadable(RegisterKind.Csv, [.. Registers.Csv([]), 0xFF, 0xFE]);
        Unreadable(RegisterKind.Csv, [.. Registers.Csv(Registers.Rows(1)), .. "a,b\r\n"u8]);
        Unreadable(RegisterKind.Csv, [.. Registers.Csv([]), .. "\"never closed,b\r\n"u8]);
        Unreadable(RegisterKind.Xlsx, Registers.Csv([]));
        Unreadable(RegisterKind.Xlsx, []);
        Unreadable(RegisterKind.Xlsx, Zip());
    }

    [Fact]
    public void A_workbook_is_read_like_a_text()
    {
        var rows = Registers.Rows(5);
        var read = RegisterFile.Read(RegisterKind.Xlsx, Workbook([Registers.Header.Split(','), .. rows])).ToList();
        Assert.Equal(rows, read.Select(r => r.Cells));
        Assert.Equal([2, 3, 4], read.Take(3).Select(r => r.Number));
        Assert.Empty(RegisterJudge.Judge(read, Terms, PolicyFiles.Shipped, Today).Faults);
        // 40238 is how a spreadsheet keeps the first of March 2010.
        rows[0][10] = "40238";
        Assert.Equal("2010-03", RegisterFile.Read(RegisterKind.Xlsx, Workbook([Registers.Header.Split(','), .. rows])).First()[RegisterColumn.PaidSince]);
    }

    [Theory]
    [InlineData(0, "", "E_HOUSEHOLD_NO")]
    [InlineData(0, "R 1", "E_HOUSEHOLD_NO")]
    [InlineData(1, "Suburban", "E_AREA")]
    [InlineData(1, "1", "E_AREA")]
    [InlineData(2, "34150310120", "E_REGION_CODE")]
    [InlineData(2, "330802101201", "E_REGION_SCOPE")]
    [InlineData(4, "Cousin", "E_RELATION")]
    [InlineData(4, "Spouse", "E_HEAD_MISSING")]
    [InlineData(5, "", "E_NAME")]
    [InlineData(6, "152502193403159016", "E_ID_CHECKSUM")]
    [InlineData(6, "341503201302299044", "E_ID_DATE")]
    [InlineData(6, "330802195202299O27", "E_ID_CHECKSUM")]
    [InlineData(7, "D", "E_CATEGORY")]
    [InlineData(8, "-1", "E_MONEY")]
    [InlineData(8, "", "E_MONEY")]
    [InlineData(8, "99999999999", "E_MONEY")]
    [InlineData(9, "101.001", "E_MONEY")]
    [InlineData(9, "100.99", "E_AMOUNT_MISMATCH")]
    [InlineData(10, "2010-13", "E_MONTH")]
    [InlineData(10, "2014-02", "E_PAID_SINCE")]
    [InlineData(10, "1999-09", "E_PAID_SINCE")]
    [InlineData(11, "6217999900000000017", "E_BANK_LUHN")]
    [InlineData(11, "12", "E_BANK_ACCOUNT")]
    [InlineData(12, "李四", "E_BANK_HOLDER")]
    [InlineData(13, "40237650001", "E_BANK_CODE")]
    public void A_fault_keeps_its_household_out_and_no_other(int column, string value, string code)
    {
        var rows = Registers.Rows(4);
        rows[0][column] = value;
        if (column == 5)
        {
            rows[0][12] = value;
        }

        var register = Judge(rows);
        Assert.Contains(register.Faults, f => f.Refusal.Code == code && f.Row == 2 && f.Blocks);
        Assert.Equal(3, register.Readable.Count());
    }

    [Theory]
    [InlineData(10, "2014-01")]
    [InlineData(10, "1999-10")]
    [InlineData(11, "Passbook:6217999900000000017")]
    [InlineData(11, "1234567890")]
    [InlineData(13, "")]
    public void What_lies_just_inside_is_no_fault(int column, string value)
    {
        var rows = Registers.Rows(4);
        rows[0][column] = value;
        Assert.Empty(Judge(rows).Faults);
    }

    [Fact]
    public void Every_fault_of_a_row_is_named()
    {
        var rows = Registers.Rows(1);
        (rows[0][1], rows[0][6], rows[0][11]) = ("x", "x", "x");
        Assert.Superset(new HashSet<string> { "E_AREA", "E_ID_CHECKSUM", "E_BANK_ACCOUNT" }, Judge(rows).Faults.Select(f => f.Refusal.Code).ToHashSet());
    }

    [Fact]
    public void Rows_of_a_household_belong_together()
    {
        var rows = Registers.Rows(3);
        rows[2][2] = "341503101202";
        Assert.Contains(Judge(rows).Faults, f => f.Refusal.Code == "E_HOUSEHOLD_ROWS" && f.Row == 4 && f.Household == "R00002");
        rows = Registers.Rows(3);
        rows[2][4] = "Head";
        Assert.Contains(Judge(rows).Faults, f => f.Refusal.Code == "E_HEAD_TWICE");
    }

    [Fact]
    public void A_person_stands_once_in_a_register()
    {
        var rows = Registers.Rows(4);
        rows[^1][6] = rows[0][6];
        var fault = Assert.Single(Judge(rows).Faults);
        Assert.Equal(("E_ID_TWICE", rows.Count + 1), (fault.Refusal.Code, fault.Row));
        Assert.DoesNotContain(rows[0][6], fault.Refusal.Why.En, StringComparison.Ordinal);
    }

    [Fact]
    public void An_account_of_two_households_is_pointed_out_and_keeps_nobody_out()
    {
        var rows = Registers.Rows(2);
        rows[1][11] = rows[0][11];
        var register = Judge(rows);
        Assert.Equal(["E_ACCOUNT_SHARED", "E_ACCOUNT_SHARED"], register.Faults.Select(f => f.Refusal.Code));
        Assert.Equal(2, register.Readable.Count());
    }

    [Fact]
    public void Another_amount_is_taken_over_where_the_terms_allow_it()
    {
        var rows = Registers.Rows(1);
        rows[0][9] = "99.00";
        var register = RegisterJudge.Judge(RegisterFile.Read(RegisterKind.Csv, Registers.Csv(rows)), Terms with { AmountMustMatch = false }, PolicyFiles.Shipped, Today);
        Assert.False(Assert.Single(register.Faults).Blocks);
        Assert.Equal(99m, register.Readable.Single().Basis.Monthly.Yuan);
    }

    [Fact]
    public void A_day_without_a_standard_is_a_fault_of_every_household()
    {
        var register = RegisterJudge.Judge(RegisterFile.Read(RegisterKind.Csv, Registers.Csv(Registers.Rows(2))), Terms with { RegisterDay = new(2011, 12, 31) }, PolicyFiles.Shipped, Today);
        Assert.Equal(["E_PARAM_MISSING", "E_PARAM_MISSING"], register.Faults.Select(f => f.Refusal.Code));
        Assert.Empty(register.Readable);
    }

    [Fact]
    public void A_first_generation_number_is_converted()
    {
        var rows = Registers.Rows(1);
        rows[0][6] = "341503491001906";
        var member = Judge(rows).Readable.Single().Members.Single();
        Assert.Equal(("341503194910019063", true), (member.Number.ToString(), member.ConvertedFrom15));
    }

    private static Register Judge(List<string[]> rows) => RegisterJudge.Judge(RegisterFile.Read(RegisterKind.Csv, Registers.Csv(rows)), Terms, PolicyFiles.Shipped, Today);

    private static void Unreadable(RegisterKind kind, byte[] file) => Assert.Equal("E_REGISTER_FORMAT", Assert.Throws<RegisterUnreadableException>(() => RegisterFile.Read(kind, file).ToList()).Refusal.Code);

    private static byte[] Zip()
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            zip.CreateEntry("nothing.xml");
        }

        return stream.ToArray();
    }

    internal static byte[] Workbook(IEnumerable<string[]> rows)
    {
        using var stream = new MemoryStream();
        using (var book = SpreadsheetDocument.Create(stream, SpreadsheetDocumentType.Workbook))
        {
            var workbook = book.AddWorkbookPart();
            var texts = workbook.AddNewPart<SharedStringTablePart>();
            texts.SharedStringTable = new SharedStringTable();
            var sheet = workbook.AddNewPart<WorksheetPart>();
            var data = new SheetData();
            foreach (var cells in rows)
            {
                var row = new Row();
                foreach (var text in cells)
                {
                    texts.SharedStringTable.AppendChild(new SharedStringItem(new DocumentFormat.OpenXml.Spreadsheet.Text(text)));
                    row.AppendChild(new Cell { DataType = CellValues.SharedString, CellValue = new CellValue(texts.SharedStringTable.ChildElements.Count - 1) });
                }

                data.AppendChild(row);
            }

            sheet.Worksheet = new Worksheet(data);
            workbook.Workbook = new Workbook(new Sheets(new Sheet { Name = "1", SheetId = 1, Id = workbook.GetIdOfPart(sheet) }));
        }

        return stream.ToArray();
    }
}
