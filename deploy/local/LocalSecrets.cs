using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;

namespace Platform.Local;

/// <summary>Passwords and keys of this one installation: drawn at random when first asked for, kept in a file only its owner may read.</summary>
internal sealed class LocalSecrets
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private readonly Lock gate = new();
    private readonly string path;
    private readonly SortedDictionary<string, string> values;

    private LocalSecrets(string path, SortedDictionary<string, string> values) => (this.path, this.values) = (path, values);

    public static LocalSecrets Open(string path)
    {
        var kept = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (File.Exists(path))
        {
            foreach (var (name, value) in Read(path))
            {
                kept.Add(name, value);
            }
        }

        return new(path, kept);
    }

    /// <summary>192 random bits, safe in URLs, connection strings and SQL literals.</summary>
    public string Password(string name) => Get(name, () => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(24)));

    /// <summary>A 256-bit key, base64.</summary>
    public string Key(string name) => Get(name, () => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));

    private string Get(string name, Func<string> draw)
    {
        lock (gate)
        {
            if (!values.TryGetValue(name, out var value))
            {
                values[name] = value = draw();
                Save();
            }

            return value;
        }
    }

    private static Dictionary<string, string> Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(path)) ?? [];
        }
        catch (JsonException e)
        {
            throw new LocalRunException($"{path} cannot be read: restore it, or delete it and start with --reset.", e);
        }
    }

    // Written aside and moved into place: a kill in between never leaves half a file, which would lock the data out.
    private void Save()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var aside = path + ".new";
        File.Delete(aside);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var file = new FileStream(aside, options))
        {
            JsonSerializer.Serialize(file, values, Indented);
        }

        File.Move(aside, path, overwrite: true);
    }
}
