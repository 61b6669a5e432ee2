using System.Globalization;
using Payments.Cli.Api;
using Payments.Contracts;

namespace Payments.Cli.Commands.DeadLetter;

/// <summary>Lets a group be judged part by part, and sums the parts: on a terminal with a bar that grows, where there are several.</summary>
internal sealed class GroupJudge(Shell shell, PaymentsApi api, bool json)
{
    public async Task<DeadLetterGroupVerdict> Judge(Ulid groupId, CancellationToken cancellationToken)
    {
        var sum = await Ask(groupId, null, cancellationToken);
        while (sum.Next is { } cursor)
        {
            Show($"{ProgressBar.Of(sum.Letters, sum.Letters + sum.Left)} {Progress(sum)}");
            sum = Add(sum, await Ask(groupId, cursor, cancellationToken));
            if (sum.Next is null)
                Show("");
        }

        return sum;
    }

    private async Task<DeadLetterGroupVerdict> Ask(Ulid groupId, string? cursor, CancellationToken cancellationToken) =>
        await api.GroupVerdict(groupId, cursor, cancellationToken)
        ?? throw CommandException.Refused($"No group {groupId} of dead letters is known.");

    private static DeadLetterGroupVerdict Add(DeadLetterGroupVerdict sum, DeadLetterGroupVerdict part) => part with
    {
        Letters = sum.Letters + part.Letters,
        // As one part would have them: most letters first, the newest of them as the example.
        Verdicts =
        [
            .. sum.Verdicts.Concat(part.Verdicts).GroupBy(v => (v.Verdict, v.Because))
                .Select(v => new VerdictSum(v.Key.Verdict, v.Key.Because, v.Sum(one => one.Letters), v.Max(one => one.Example)))
                .OrderByDescending(v => v.Letters).ThenBy(v => v.Because, StringComparer.Ordinal),
        ],
    };

    private static string Progress(DeadLetterGroupVerdict sum) => string.Create(
        CultureInfo.InvariantCulture, $"{sum.Letters} of {sum.Letters + sum.Left} letters judged");

    private void Show(string line)
    {
        if (!shell.IsTerminal || json)
            return;
        shell.Out.Write($"{ProgressBar.ToLineStart}{line}");
        shell.Out.Flush();
    }
}
