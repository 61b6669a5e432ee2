using System.CommandLine;
using Payments.Cli.Rendering;
using Payments.Contracts;

namespace Payments.Cli.Commands.DeadLetter;

/// <summary><c>payctl deadletter show</c></summary>
internal static class DeadLetterShowCommand
{
    public static Command Create(Shell shell)
    {
        var target = new LettersOrGroup(1);
        var json = new Option<bool>("--json") { Description = "JSON on standard output." };
        var command = new Command(
            "show", "One letter whole: what was thrown, headers, body, and its payment now; or a group and who works on it.");
        target.AddTo(command);
        command.Add(json);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var api = shell.OpenApi();
            if (target.Group(parsed) is { } groupId)
            {
                var group = await api.DeadLetterGroup(groupId, cancellationToken)
                    ?? throw CommandException.Refused($"No group {groupId} of dead letters is known.");
                if (parsed.GetValue(json))
                    shell.Out.WriteLine(PaymentText.Json(group));
                else
                    DeadLetterText.WriteGroup(shell, group);
                return ExitCodes.Done;
            }

            var letterId = target.Letters(parsed)[0];
            var letter = await api.DeadLetter(letterId, cancellationToken)
                ?? throw CommandException.Refused($"No dead letter {letterId} is known.");
            if (parsed.GetValue(json))
                shell.Out.WriteLine(PaymentText.Json(letter));
            else
                Write(shell, letter);
            return ExitCodes.Done;
        });
        return command;
    }

    private static void Write(Shell shell, DeadLetterDetails details)
    {
        var letter = details.Letter;
        var lines = new List<(string Name, string? Value)>
        {
            ("letter", letter.LetterId.ToString()),
            ("group", letter.GroupId.ToString()),
            ("state", letter.Outcome is null ? letter.State : $"{letter.State} ({letter.Outcome})"),
            ("discarded", details.Discard is { } discard ? DeadLetterText.Discarded(discard) : null),
            ("queue", letter.Queue),
            ("endpoint", letter.Endpoint),
            ("reason", letter.Reason),
            ("failed", PaymentText.Time(letter.FailedAt)),
            ("collected", PaymentText.Time(letter.CollectedAt)),
            ("message", letter.MessageType),
            ("message id", details.MessageId),
            ("operation", details.OperationId),
            ("payment", letter.PaymentId?.ToString()),
            ("orders", letter.OrderIds.Count > 0 ? string.Join(", ", letter.OrderIds) : null),
            ("sellers", details.SellerIds.Count > 0 ? string.Join(", ", details.SellerIds) : null),
            ("merchant", details.MerchantId),
            ("amount", letter.Amount?.ToString()),
            ("at risk", letter.AtRisk?.ToString()),
            ("consumer", details.Consumer),
            ("host", details.Host),
            ("retries", details.Retries?.ToString()),
            ("body", $"{details.BodyBytes} bytes, {details.BodyKind}, SHA-256 {details.BodySha256}"),
            ("masked", details.CardNumbers > 0 ? $"{details.CardNumbers} card numbers: it can only be sent on edited" : null),
        };
        foreach (var (name, value) in lines.Where(l => l.Value is not null))
            shell.Out.WriteLine($"{name,-11} {PaymentText.Harmless(value!)}");
        DeadLetterText.WriteEdit(shell, details.Edit);
        DeadLetterText.WriteNotes(shell, details.Notes);
        foreach (var exception in details.Exceptions)
            shell.Out.WriteLine($"{"thrown",-11} {PaymentText.Harmless($"{exception.Type}: {exception.Message}")}");
        if (details.StackTrace is { } stack)
            shell.Out.WriteLine(PaymentText.Harmless(stack));
        shell.Out.WriteLine();
        shell.Out.WriteLine($"headers     {details.Headers}");
        shell.Out.WriteLine();
        shell.Out.WriteLine(PaymentText.Harmless(details.Body));
        if (details.BodyIsCut)
            shell.Error.WriteLine("The body goes on; this is its beginning.");
        WriteReplays(shell, details);
        shell.Out.WriteLine();
        if (details.Payment is not { } payment)
        {
            shell.Out.WriteLine(letter.PaymentId is null ? "It belongs to no payment." : "Its payment is not known.");
            return;
        }

        PaymentText.WriteState(shell, payment);
        PaymentText.WriteOrders(shell, payment);
    }

    private static void WriteReplays(Shell shell, DeadLetterDetails details)
    {
        if (details.Replays.Count == 0)
            return;
        var table = PaymentText.Table("replay", "requested", "by", "why", "to", "verdict", "state", "outcome", "learnt from");
        foreach (var replay in details.Replays)
        {
            PaymentText.Row(
                table, replay.ReplayId.ToString(), PaymentText.Time(replay.RequestedAt), PaymentText.Harmless(replay.RequestedBy),
                PaymentText.Harmless(replay.Reason), PaymentText.Harmless(replay.Destination),
                replay.Forced ? $"{replay.Verdict}, forced" : replay.Verdict, replay.State,
                replay.SuccessorId is { } successor ? $"{replay.Outcome}: {successor}" : replay.Outcome,
                replay.OutcomeBecause is { } because ? PaymentText.Harmless(because) : null);
        }

        PaymentText.Write(shell, table);
    }
}
