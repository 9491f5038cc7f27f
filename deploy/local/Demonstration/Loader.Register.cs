using System.Net.Http.Headers;

namespace Platform.Local.Demonstration;

/// <summary>The opening register: sent as a file, tried, approved, imported.</summary>
internal sealed partial class Loader
{
    private static readonly DateOnly RegisterDay = new(2013, 12, 31);

    private async Task Import(DemonstrationBureau bureau, CancellationToken stop)
    {
        var opened = await client.Post(CountyOfficer, "/social-assistance/legacy-imports", new
        {
            title = "2013年底城乡低保在保登记册",
            region = County,
            registerDay = RegisterDay,
            benefit = "subsistence-allowance",
            amountMustMatch = true,
        }, "demo-import-open", RegisterDay, stop);
        var import = $"/social-assistance/legacy-imports/{(string)opened["id"]!}";

        using var register = new MemoryStream();
        bureau.WriteRegister(register);
        using var file = new ByteArrayContent(register.ToArray());
        file.Headers.ContentType = new MediaTypeHeaderValue("text/csv") { CharSet = "utf-8" };
        await client.Send(CountyOfficer, HttpMethod.Post, $"{import}/file", file, "demo-import-file", RegisterDay, stop);
        await client.Post(CountyOfficer, $"{import}/dry-run", new { }, "demo-import-dry-run", RegisterDay, stop);
        await client.Post(CountyApprover, $"{import}/start", new { run = 1, acceptedCodes = Array.Empty<string>() }, "demo-import-start", RegisterDay, stop);

        var bar = progress.AddTask("登记册导入 / register: households", maxValue: bureau.Opening.Count);
        for (var (done, total) = (0, 1); done < total;)
        {
            // The service goes on by itself as well: when it is at it, this only asks how far it is.
            var answer = await client.Send(CountyOfficer, HttpMethod.Post, $"{import}/continue?parts=50", new { }, stop: stop);
            (done, total) = ((int)answer["imported"]!, (int)answer["total"]!);
            bar.Value = done;
            if ((int)answer["leftOut"]! > 0)
            {
                throw new LocalRunException("The register was not imported whole: households were left out.");
            }

            if (done < total)
            {
                await Task.Delay(250, stop);
            }
        }

        bar.StopTask();
    }
}
