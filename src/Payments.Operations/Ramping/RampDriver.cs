using System.Runtime.ExceptionServices;
using Payments.Contracts;
using Payments.Messaging;
using Payments.Operations.Replaying;

namespace Payments.Operations.Ramping;

/// <summary>Moves running ramps on. Several processes may: each step is taken by one of them. Event ids 7180 to 7189.</summary>
internal sealed partial class RampDriver(
    RampStepping ramps, RampOptions options, ReplaySignal signal, TimeProvider time, ILogger<RampDriver> logger) : BackgroundService
{
    /// <summary>So many looks in a row at which a ramp cannot go on are no accident.</summary>
    private const int LooksInVain = 10;

    private readonly Dictionary<Ulid, int> _inVain = [];
    private bool _databaseAnswers = true;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.RampPoll, time);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await AdvanceAll(stoppingToken);
                await timer.WaitForNextTickAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception) when (MayPass(exception))
            {
                // Said once, and not at every look.
                if (_databaseAnswers)
                    LogDatabaseAway(logger, exception.Message);
                _databaseAnswers = false;
                await Task.Delay(options.RampPoll, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task AdvanceAll(CancellationToken stoppingToken)
    {
        Exception? away = null;
        foreach (var ramp in await ramps.Running(stoppingToken))
        {
            try
            {
                await Advance(ramp, stoppingToken);
            }
            catch (Exception exception) when (MayPass(exception))
            {
                // The others may have more luck.
                away ??= exception;
            }
        }

        if (away is not null)
            ExceptionDispatchInfo.Throw(away);
        _databaseAnswers = true;
    }

    private async Task Advance(Ulid ramp, CancellationToken stoppingToken)
    {
        RampMove? move;
        try
        {
            move = await ramps.Advance(ramp, stoppingToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException && !MayPass(exception))
        {
            // Only it is harmed.
            var looks = _inVain[ramp] = _inVain.GetValueOrDefault(ramp) + 1;
            if (looks < LooksInVain)
            {
                LogInVain(logger, ramp.ToString(), looks, LooksInVain, exception.Message);
                return;
            }

            await ramps.Stop(ramp, $"It cannot go on: {exception.Message}", stoppingToken);
            LogBroken(logger, exception, ramp.ToString());
            _inVain.Remove(ramp);
            return;
        }

        _inVain.Remove(ramp);

        if (move is { Kind: RampMoveKind.Step })
        {
            signal.Set();
            LogStep(logger, ramp.ToString(), move.Size);
        }
        else if (move is { Because: { } because })
        {
            LogEnd(logger, ramp.ToString(), move.Kind, because);
        }
    }

    /// <summary>
    /// EF Core, by which letters are judged, wraps what it takes for transient; Npgsql may trip over what it has taken down with
    /// a lost connection.
    /// </summary>
    private static bool MayPass(Exception exception) =>
        Persistence.MayPass(exception) || (exception.InnerException is { } inner && MayPass(inner));

    [LoggerMessage(7180, LogLevel.Information, "Ramp {Ramp} sends up to {Letters} dead letters on.")]
    private static partial void LogStep(ILogger logger, string ramp, int letters);

    [LoggerMessage(7181, LogLevel.Warning, "Ramp {Ramp}: {Move}. {Because}")]
    private static partial void LogEnd(ILogger logger, string ramp, RampMoveKind move, string because);

    [LoggerMessage(7183, LogLevel.Error, "Ramp {Ramp} cannot go on, and was stopped.")]
    private static partial void LogBroken(ILogger logger, Exception exception, string ramp);

    [LoggerMessage(7184, LogLevel.Warning, "Ramp {Ramp} could not go on at look {Look} of {Looks}: {Reason}")]
    private static partial void LogInVain(ILogger logger, string ramp, int look, int looks, string reason);

    [LoggerMessage(7182, LogLevel.Warning, "The database does not answer ({Reason}): ramps stand still until it does.")]
    private static partial void LogDatabaseAway(ILogger logger, string reason);
}
