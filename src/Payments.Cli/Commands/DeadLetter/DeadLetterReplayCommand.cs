using System.CommandLine;
using System.Text.Json;
using Payments.Cli.Api;
using Payments.Cli.Rendering;
using Payments.Contracts;

namespace Payments.Cli.Commands.DeadLetter;

/// <summary><c>payctl deadletter replay</c></summary>
internal static class DeadLetterReplayCommand
{
    private const int MaxLetters = 200;

    public static Command Create(Shell shell)
    {
        var ids = DeadLetterArguments.Letters(MaxLetters);
        var operatorOptions = new OperatorOptions();
        var to = new Option<string?>("--to") { HelpName = "queue", Description = "Another queue than the one they were in." };
        var force = new Option<bool>("--force")
        {
            Description = "In spite of a dangerous verdict, once somebody else has approved.",
        };
        var watch = new Option<bool>("--watch")
        {
            Description = "Follow them to their outcome; exit code 1 unless all have succeeded, or had been done before.",
        };
        var json = new Option<bool>("--json") { Description = "JSON on standard output, one a line." };
        var command = new Command("replay", "Sends letters on again, under the same message ids.") { ids };
        operatorOptions.AddTo(command);
        command.Add(to);
        command.Add(force);
        command.Add(watch);
        command.Add(json);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var api = shell.OpenApi();
            var wish = new
            {
                letters = parsed.GetRequiredValue(ids),
                requestedBy = operatorOptions.Name(parsed),
                reason = operatorOptions.Reason(parsed),
                destination = parsed.GetValue(to),
                force = parsed.GetValue(force),
            };
            return await Run(shell, api, wish, parsed.GetValue(watch), parsed.GetValue(json), cancellationToken);
        });
        return command;
    }

    private static async Task<int> Run(
        Shell shell, PaymentsApi api, object wish, bool watch, bool json, CancellationToken cancellationToken)
    {
        var answers = await api.Replay(wish, cancellationToken);
        foreach (var answer in answers.Letters)
            Write(shell, answer, json);
        var replays = answers.Letters.Select(a => a.Replay).OfType<DeadLetterReplay>().ToArray();
        var refused = answers.Letters.Count - replays.Length;
        if (!watch)
            return refused == 0 ? ExitCodes.Done : ExitCodes.Refused;
        var ended = await new ReplayFollower(shell, api, json).Follow(replays, cancellationToken);
        return refused == 0 && ended.All(r => r.Outcome is "succeeded" or "no_op") ? ExitCodes.Done : ExitCodes.Refused;
    }

    private static void Write(Shell shell, DeadLetterReplayAnswer answer, bool json)
    {
        if (json)
            shell.Out.WriteLine(JsonSerializer.Serialize(answer, ContractJson.Options));
        else if (answer.Replay is { } replay)
            shell.Out.WriteLine(PaymentText.Harmless(Sentence(replay)));
        else
            shell.Error.WriteLine(PaymentText.Harmless($"letter {answer.LetterId} is not replayed: {answer.Refusal?.Detail}"));
    }

    private static string Sentence(DeadLetterReplay replay) => replay.State == "awaiting_approval"
        ? $"letter {replay.LetterId} awaits approval: payctl deadletter approve {replay.ReplayId} ({replay.Verdict}: {replay.VerdictBecause})"
        : $"letter {replay.LetterId} goes to {replay.Destination} as replay {replay.ReplayId} ({replay.Verdict}: {replay.VerdictBecause})";
}
