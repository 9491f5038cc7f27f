using Platform.Tests.Support;

namespace Platform.Tests.Drills;

/// <summary>One command of a writer: given under one key until it is answered.</summary>
/// <param name="Key">Idempotency-Key.</param>
/// <param name="User">Who gives it.</param>
/// <param name="Path">Route.</param>
/// <param name="Body">The request.</param>
/// <param name="IfMatch">The version seen, when it matters.</param>
internal sealed record Command(string Key, string User, string Path, object Body, long? IfMatch = null)
{
    private readonly Lock gate = new();

    /// <summary>The first answer that was no "try again"; null while there is none.</summary>
    public Answer? Answer { get; private set; }

    /// <summary>Carried out, and said so.</summary>
    public bool Acknowledged => Answer is { Status: 200 or 201 };

    /// <summary>Takes an answer; a later one to the same key must be the same.</summary>
    public Answer Take(Answer answer)
    {
        lock (gate)
        {
            Answer ??= answer;
            Assert.True(Essence(Answer) == Essence(answer), $"{Key} was answered with {Answer} and then with {answer}");
            return answer;
        }
    }

    // A refusal carries the trace id of its own request.
    private static (int, string?, string?, string?) Essence(Answer answer) => (answer.Status, answer.Code ?? answer.Text, answer.ETag, answer.Location);
}
