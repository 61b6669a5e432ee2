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
        while (now.Values.Any(r => !Ends.Contains(r.State)))
        {
            await Task.Delay(Pause, shell.Time, cancellationToken);
            foreach (var known in now.Values.Where(r => !Ends.Contains(r.State)).ToArray())
            {
                var replay = await api.Replay(known.ReplayId, cancellationToken)
                    ?? throw CommandException.Refused($"No replay {known.ReplayId} is known.");
                if (replay.State != known.State)
                    Write(replay);
                now[replay.ReplayId] = replay;
            }
        }

        return [.. replays.Select(r => now[r.ReplayId])];
    }

    private void Write(DeadLetterReplay replay)
    {
        var sentence = replay.Outcome is { } outcome ? $"{outcome}: {replay.OutcomeBecause}" : replay.State;
        shell.Out.WriteLine(json
            ? JsonSerializer.Serialize(replay, ContractJson.Options)
            : PaymentText.Harmless($"letter {replay.LetterId}: {sentence}"));
        shell.Out.Flush();
    }
}
