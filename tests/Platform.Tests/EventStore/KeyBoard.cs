using System.Text.Json.Serialization;
using Platform.Cases;

namespace Platform.Tests.EventStore;

/// <summary>The board that keys hang on: another case that a loan has consequences in; named by whoever hangs it.</summary>
internal abstract record KeyBoardCommand;

internal sealed record HangBoard(string Name) : KeyBoardCommand;

internal sealed record TakeOff(string Key) : KeyBoardCommand;

internal sealed record LockBoard : KeyBoardCommand;

[JsonDerivedType(typeof(BoardHung), "board_hung")]
[JsonDerivedType(typeof(KeyTakenOff), "key_taken_off")]
[JsonDerivedType(typeof(BoardLocked), "board_locked")]
internal abstract record KeyBoardEvent;

internal sealed record BoardHung(string Name) : KeyBoardEvent;

internal sealed record KeyTakenOff(string Key) : KeyBoardEvent;

internal sealed record BoardLocked : KeyBoardEvent;

internal sealed record KeyBoard(string Name, int Taken, bool Locked);

internal static class KeyBoards
{
    public static readonly CaseType<KeyBoard, KeyBoardCommand, KeyBoardEvent, string> Type = new(KeyBoardJson.Default)
    {
        Name = "key-board",
        Initial = new("", 0, Locked: false),
        Policy = _ => "",
        Named = command => command is HangBoard c ? c.Name : "",
        Region = (_, _) => RegionCode.Nation,
        Summary = board => new(new("在用", "In use"), RegionCode.Nation, board.Name, Open: !board.Locked),
        Decide = (board, command, _, _) => (board, command) switch
        {
            ({ Locked: true }, _) => Refusal.NotNow("E_LOCKED", "钥匙板已上锁。", "The board is locked."),
            (_, HangBoard c) => board.Name.Length > 0 ? [] : [new BoardHung(c.Name)],
            (_, TakeOff c) => [new KeyTakenOff(c.Key)],
            (_, LockBoard) => [new BoardLocked()],
            _ => Refusal.NotNow(),
        },
        Evolve = (board, fact) => fact switch
        {
            BoardHung f => board with { Name = f.Name },
            KeyTakenOff => board with { Taken = board.Taken + 1 },
            BoardLocked => board with { Locked = true },
            _ => board,
        },
    };
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(KeyBoardEvent))]
[JsonSerializable(typeof(KeyBoard))]
[JsonSerializable(typeof(HangBoard))]
internal sealed partial class KeyBoardJson : JsonSerializerContext;
