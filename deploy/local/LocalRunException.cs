namespace Platform.Local;

/// <summary>Something the person at the terminal can act on: its message is one sentence, printed without a stack trace.</summary>
internal sealed class LocalRunException(string sentence, Exception? inner = null) : Exception(sentence, inner);
