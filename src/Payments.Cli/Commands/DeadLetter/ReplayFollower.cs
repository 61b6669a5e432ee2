using System.Text.Json;
using Payments.Cli.Api;
using Payments.Cli.Rendering;
using Payments.Contracts;

namespace Payments.Cli.Commands.DeadLetter;

/// <summary>Follows replays until each has its outcome, waits for somebody else, or was withdrawn; each change as it comes.</summary>
internal sealed class ReplayFollower(Shell shell, PaymentsApi api, bool json)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private static readonly string[] Ends = ["settled", "awaiting_approval", "withdrawn"];

    public async Task<IReadOnlyList<DeadLetterReplay>> Follow(
        IReadOnlyList<DeadLetterReplay> replays, CancellationToken cancellationToken)
    {
        var now = replays.ToDictionary(r => r.ReplayId);
        var patience = new Patience(shell, hasAnswered: true);
        while (now.Values.Any(r => !HasEnded(r)))
        {
            await Task.Delay(Pause, shell.Time, cancellationToken);
            foreach (var known in now.Values.Where(r => !HasEnded(r)).ToArray())
            {
                var replay = await patience.Ask(() => api.Replay(known.ReplayId, cancellationToken), cancellationToken)
                    ?? throw CommandException.Refused($"No replay {known.ReplayId} is known.");
                if (replay.State != known.State)
                    Write(replay);
                now[replay.ReplayId] = replay;
            }
        }

        return [.. replays.Select(r => now[r.ReplayId])];
    }

    /// <summary>One that is out, and of which is said why nobody will learn more, has come to its end here.</summary>
    private static bool HasEnded(DeadLetterReplay replay) => Ends.Contains(replay.State) || replay.OutcomeBecause is not null;

    private void Write(DeadLetterReplay replay)
    {
        var sentence = replay.OutcomeBecause is { } because ? $"{replay.Outcome ?? replay.State}: {because}" : replay.State;
        shell.Out.WriteLine(json
            ? JsonSerializer.Serialize(replay, ContractJson.Options)
            : PaymentText.Harmless($"letter {replay.LetterId}: {sentence}"));
        shell.Out.Flush();
    }
}
