using System.Text;
using Microsoft.AspNetCore.Http;
using Platform.Cases;

namespace Platform.ServiceHost;

/// <summary>A command made from a request, with rows that are written in the transaction of its facts.</summary>
/// <param name="Command">What is decided.</param>
/// <param name="Rows">Rows that are not derived from facts, such as sealed personal details.</param>
public sealed record Prepared(object Command, IReadOnlyList<object> Rows);

/// <summary>Makes a command from a request by looking up what the command must carry.</summary>
/// <returns>The command, or why the request is turned down.</returns>
public delegate ValueTask<(Prepared? Prepared, Refusal? Refusal)> Prepare(object request, string? id, IServiceProvider services, Act act, CancellationToken cancel);

/// <summary>One thing an officer may do with a case: a route, its roles, and an example that documents and probes it.</summary>
/// <param name="Name">Last part of the route, kebab-case; empty for the route that opens a case.</param>
/// <param name="Title">What it is called in Chinese and English.</param>
/// <param name="Roles">Roles that may do it.</param>
/// <param name="Request">Type of the request body.</param>
/// <param name="Example">A valid request body.</param>
/// <param name="Opens">True when it opens a case.</param>
public sealed record ActRoute(string Name, Text Title, IReadOnlyList<string> Roles, Type Request, object Example, bool Opens)
{
    /// <summary>How the command is made; null when the request is the command.</summary>
    public Prepare? Prepare { get; init; }

    /// <summary>The command that shows whether the act is possible now; null when it can't be told without the request.</summary>
    public object? Probe { get; init; }
}

/// <summary>The front page of a business process: who may do what, by which route.</summary>
/// <param name="type">The kind of case.</param>
/// <param name="path">Plural path segment, e.g. <c>subsistence-allowances</c>.</param>
/// <param name="title">What the process is called.</param>
public sealed class Process(CaseType type, string path, Text title)
{
    private readonly List<ActRoute> acts = [];

    /// <summary>The kind of case.</summary>
    public CaseType Type { get; } = type;

    /// <summary>Plural path segment.</summary>
    public string Path { get; } = path;

    /// <summary>What the process is called.</summary>
    public Text Title { get; } = title;

    /// <summary>The acts in the order of the procedure.</summary>
    public IReadOnlyList<ActRoute> Acts => acts;

    /// <summary>Roles that may read cases: everyone who may act, and those who supervise and audit.</summary>
    public IReadOnlyList<string> Readers => [.. acts.SelectMany(a => a.Roles).Where(r => r != Roles.Applicant).Union([Roles.Auditor, Roles.CitySupervisor, Roles.ProvinceSupervisor], StringComparer.Ordinal)];

    /// <summary>A command that opens a case: <c>POST /{service}/{path}</c>.</summary>
    public Process Opens<TCommand>(Text title, IReadOnlyList<string> by, TCommand example, string name = "") where TCommand : class =>
        Add(new(name, title, by, typeof(TCommand), example, Opens: true));

    /// <summary>A command on a case: <c>POST /{service}/{path}/{id}/{kebab-case of the command}</c>.</summary>
    public Process Does<TCommand>(Text title, IReadOnlyList<string> by, TCommand example) where TCommand : class =>
        Add(new(Kebab(typeof(TCommand).Name), title, by, typeof(TCommand), example, Opens: false) { Probe = example });

    /// <summary>A command that opens a case and is made from a request by looking something up.</summary>
    public Process OpensWith<TRequest>(Text title, IReadOnlyList<string> by, TRequest example, Prepare prepare, string name = "") where TRequest : class =>
        Add(new(name, title, by, typeof(TRequest), example, Opens: true) { Prepare = prepare });

    /// <summary>A command on a case that is made from a request by looking something up.</summary>
    /// <param name="probe">A command of the kind the request leads to, for telling whether the act is possible now.</param>
    public Process DoesWith<TRequest>(string name, Text title, IReadOnlyList<string> by, TRequest example, Prepare prepare, object? probe = null) where TRequest : class =>
        Add(new(name, title, by, typeof(TRequest), example, Opens: false) { Prepare = prepare, Probe = probe });

    private Process Add(ActRoute act)
    {
        acts.Add(acts.Exists(a => a.Name == act.Name) ? throw new InvalidOperationException($"{Path} has two acts named '{act.Name}'.") : act);
        return this;
    }

    internal static string Kebab(string name)
    {
        var text = new StringBuilder(name.Length + 4);
        foreach (var c in name)
        {
            if (char.IsUpper(c) && text.Length > 0)
            {
                text.Append('-');
            }

            text.Append(char.ToLowerInvariant(c));
        }

        return text.ToString();
    }
}
