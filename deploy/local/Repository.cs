namespace Platform.Local;

internal static class Repository
{
    /// <summary>The root of the work tree that holds this program, else of the one around the current directory.</summary>
    public static string Find() =>
        Above(AppContext.BaseDirectory) ?? Above(Directory.GetCurrentDirectory())
        ?? throw new LocalRunException("The platform's source tree was not found: start this program from inside the repository.");

    private static string? Above(string directory)
    {
        for (var at = new DirectoryInfo(directory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "Platform.sln")) || File.Exists(Path.Combine(at.FullName, "Directory.Packages.props")))
            {
                return at.FullName;
            }
        }

        return null;
    }
}
