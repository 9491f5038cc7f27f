using Spectre.Console;
using Spectre.Console.Rendering;

namespace Platform.Local;

/// <summary>The terminal: coloured for a person, plain text when redirected; what went wrong goes to standard error.</summary>
internal sealed class Output
{
    private static readonly Color[] Palette = [Color.Aqua, Color.Green, Color.Yellow, Color.Fuchsia, Color.Blue, Color.Olive, Color.Teal, Color.Purple];

    private readonly Lock gate = new();
    private readonly List<string> sources = [];
    private readonly IAnsiConsole console;
    private readonly IAnsiConsole error;

    public Output(TextWriter output, TextWriter error)
    {
        console = Create(output);
        this.error = Create(error);
    }

    public static Output Terminal => new(Console.Out, Console.Error);

    public Progress Progress() => console.Progress();

    public void Say(string sentence) => Write(console, new Text(sentence));

    public void Fail(string sentence) => Write(error, new Text(sentence, new Style(Color.Red)));

    public void Show(IRenderable table) => Write(console, table);

    /// <summary>Where one child's lines go: each carries the child's name.</summary>
    public Action<string> From(string source)
    {
        int index;
        lock (gate)
        {
            sources.Add(source);
            index = sources.Count - 1;
        }

        var style = new Style(Palette[index % Palette.Length]);
        var prefix = $"{source,-17} | ";
        return line =>
        {
            if (!string.IsNullOrWhiteSpace(line))
            {
                Write(console, new Paragraph(prefix, style).Append(line));
            }
        };
    }

    private void Write(IAnsiConsole to, IRenderable what)
    {
        lock (gate)
        {
            to.Write(what);
            if (what is Text or Paragraph)
            {
                to.WriteLine();
            }
        }
    }

    private static IAnsiConsole Create(TextWriter writer)
    {
        var target = new AnsiConsoleOutput(writer);
        if (target.IsTerminal)
        {
            return AnsiConsole.Create(new AnsiConsoleSettings { Out = target });
        }

        var made = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = target, Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Interactive = InteractionSupport.No,
        });

        // A file or a pipe has no width: a line stays a line.
        made.Profile.Width = 10_000;
        return made;
    }
}
