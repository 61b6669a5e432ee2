using Payments.Messaging;
using Payments.Operations.Replaying;

namespace Payments.Operations.Ramping;

/// <summary>Moves running ramps on. Several processes may: each step is taken by one of them. Event ids 7180 to 7189.</summary>
internal sealed partial class RampDriver(
    RampStepping ramps, RampOptions options, ReplaySignal signal, TimeProvider time, ILogger<RampDriver> logger) : BackgroundService
{
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
            catch (Exception exception) when (Persistence.MayPass(exception))
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
        foreach (var ramp in await ramps.Running(stoppingToken))
        {
            var move = await ramps.Advance(ramp, stoppingToken);
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

        _databaseAnswers = true;
    }

    [LoggerMessage(7180, LogLevel.Information, "Ramp {Ramp} sends up to {Letters} dead letters on.")]
    private static partial void LogStep(ILogger logger, string ramp, int letters);

    [LoggerMessage(7181, LogLevel.Warning, "Ramp {Ramp}: {Move}. {Because}")]
    private static partial void LogEnd(ILogger logger, string ramp, RampMoveKind move, string because);

    [LoggerMessage(7182, LogLevel.Warning, "The database does not answer ({Reason}): ramps stand still until it does.")]
    private static partial void LogDatabaseAway(ILogger logger, string reason);
}
