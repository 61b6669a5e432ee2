using System.Data;
using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Payments.Contracts;
using Payments.Operations.Views;

namespace Payments.Operations.Judging;

/// <summary>
/// Learns what became of published replays from inbox, saga and books; never from how long it takes. What came back as a letter
/// is the collector's to settle. Event ids 7170 to 7179.
/// </summary>
internal sealed partial class OutcomeReader(
    OutcomeOptions options,
    OutcomeTable table,
    IDbContextFactory<OpsByKeyContext> contexts,
    TimeProvider time,
    ILogger<OutcomeReader> logger)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var isAway = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ReadAll(stoppingToken);
                if (isAway)
                    LogBack(logger);
                isAway = false;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception) when (IsOfDatabase(exception))
            {
                // Said once, and not every second.
                if (!isAway)
                    LogAway(logger, exception.Message);
                isAway = true;
            }

            await Task.Delay(options.OutcomeInterval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Looks at every published replay once.</summary>
    internal async Task ReadAll(CancellationToken cancellationToken)
    {
        var after = Ulid.Empty;
        while (true)
        {
            var published = await table.ReadPublished(after, VerdictQuery.Chunk, cancellationToken);
            if (published.Count == 0)
                return;
            var learnt = await Learn([.. published.Where(p => p.Destination.HasEvidence)], cancellationToken);
            if (learnt.Count > 0)
                LogSettled(logger, await table.Settle(learnt, cancellationToken));
            after = published[^1].ReplayId;
        }
    }

    private async Task<IReadOnlyList<(PublishedReplay Replay, LearntOutcome Outcome)>> Learn(
        IReadOnlyList<PublishedReplay> replays, CancellationToken cancellationToken)
    {
        if (replays.Count == 0)
            return [];
        await using var ops = await contexts.CreateDbContextAsync(cancellationToken);
        await using var snapshot = await ops.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        var byLetter = replays.ToDictionary(r => r.LetterId);
        var letters = (await VerdictQuery.ReadLetters(ops, [.. byLetter.Keys], cancellationToken))
            .Select(l => l with { Destination = byLetter[l.LetterId].Destination }).ToArray();
        var facts = await FactsQuery.Read(ops, letters, cancellationToken);
        var history = await ReadHistory(ops, letters.Zip(facts), cancellationToken);
        var learnt = new List<(PublishedReplay, LearntOutcome)>();
        foreach (var (letter, known) in letters.Zip(facts))
        {
            var replay = byLetter[letter.LetterId];
            var entries = letter.PaymentId is { } id ? history[id].OrderBy(h => h.Sequence).ToArray() : [];
            if (OutcomeRules.Decide(letter, replay.ClaimedAt, known, entries) is { } outcome)
                learnt.Add((replay, outcome));
        }

        return learnt;
    }

    /// <summary>Of the payments whose saga has had its letter.</summary>
    private static async Task<ILookup<Ulid, HistoryView>> ReadHistory(
        OpsContext ops, IEnumerable<(JudgedLetter Letter, Facts Facts)> judged, CancellationToken cancellationToken)
    {
        var payments = judged.Where(j => j.Letter.Destination.Receiver == Receiver.Saga && j.Facts.Inbox is not null)
            .Select(j => j.Letter.PaymentId).OfType<Ulid>().Distinct().ToArray();
        var entries = payments.Length == 0
            ? []
            : await ops.History.Where(h => payments.Contains(h.PaymentId)).ToListAsync(cancellationToken);
        return entries.ToLookup(h => h.PaymentId);
    }

    /// <summary>EF Core wraps what it takes for transient; Npgsql may trip over what it has taken down with a lost connection.</summary>
    public static bool IsOfDatabase(Exception exception) =>
        exception is DbException or TimeoutException or ObjectDisposedException || (exception.InnerException is { } inner && IsOfDatabase(inner));

    [LoggerMessage(7170, LogLevel.Information, "The outcome of {Replays} replays is known.")]
    private static partial void LogSettled(ILogger logger, int replays);

    [LoggerMessage(7171, LogLevel.Warning, "A database does not answer ({Reason}): outcomes of replays are not learnt until it does.")]
    private static partial void LogAway(ILogger logger, string reason);

    [LoggerMessage(7172, LogLevel.Information, "The databases answer again; outcomes of replays are learnt.")]
    private static partial void LogBack(ILogger logger);
}
