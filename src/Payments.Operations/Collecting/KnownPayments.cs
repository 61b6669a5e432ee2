using Microsoft.EntityFrameworkCore;
using Payments.Contracts;
using Payments.Operations.Judging;
using Payments.Operations.Views;

namespace Payments.Operations.Collecting;

/// <summary>
/// Whether the orchestrator knows the payments of letters as they are collected. It never forgets one, so what is at risk in
/// letters that were marked need not be asked of them again. Where its views cannot be read, none is marked, and all is asked.
/// </summary>
internal sealed partial class KnownPayments(IDbContextFactory<OpsByKeyContext> contexts, ILogger<KnownPayments> logger)
{
    public async Task<IReadOnlyList<Letter>> Mark(IReadOnlyList<Letter> letters, CancellationToken cancellationToken)
    {
        var named = letters.Select(l => l.PaymentId).OfType<Ulid>().Distinct().ToArray();
        if (named.Length == 0)
            return letters;
        try
        {
            await using var ops = await contexts.CreateDbContextAsync(cancellationToken);
            var known = await ops.Payments.Where(p => named.Contains(p.PaymentId)).Select(p => p.PaymentId)
                .ToHashSetAsync(cancellationToken);
            return [.. letters.Select(l => l with { PaymentIsKnown = l.PaymentId is { } id && known.Contains(id) })];
        }
        catch (Exception exception) when (OutcomeReader.IsOfDatabase(exception))
        {
            LogUnread(logger, exception.Message);
            return letters;
        }
    }

    [LoggerMessage(7109, LogLevel.Warning, "Whether the payments of dead letters are known could not be read ({Reason}). They are stored without it.")]
    private static partial void LogUnread(ILogger logger, string reason);
}
