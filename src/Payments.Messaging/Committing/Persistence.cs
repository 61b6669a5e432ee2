using Microsoft.Extensions.Logging;
using Npgsql;

namespace Payments.Messaging;

/// <summary>Repeats database work until the database answers. What it refuses for good passes through.</summary>
public sealed partial class Persistence(TimeProvider time, ILogger<Persistence> logger)
{
    private static readonly string[] FinalClasses = ["22", "23", "42", "0A", "21", "54", "P0"];
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LastDelay = TimeSpan.FromSeconds(2);

    /// <summary>The work must be repeatable: a commit that broke off may have happened.</summary>
    public async Task<T> Persist<T>(Func<Task<T>> work)
    {
        var delay = FirstDelay;
        while (true)
        {
            try
            {
                return await work();
            }
            catch (Exception exception) when (MayPass(exception))
            {
                LogWaiting(logger, exception.Message, delay.TotalMilliseconds);
            }

            await Task.Delay(delay * (0.5 + Random.Shared.NextDouble()), time, CancellationToken.None);
            delay = delay * 2 < LastDelay ? delay * 2 : LastDelay;
        }
    }

    /// <summary>
    /// Lost connections, a server that starts, stops, is full or has become a standby, refused passwords, deadlocks: all
    /// of it may pass. Final are the SQLSTATE classes that a repetition would meet again: data (22), constraints (23),
    /// syntax and rights (42), features (0A), cardinality (21), limits of the program (54) and what functions raise (P0).
    /// </summary>
    public static bool MayPass(Exception exception) => exception switch
    {
        PostgresException { SqlState: var state } => !FinalClasses.Contains(state[..2]),
        NpgsqlException => true,
        TimeoutException or IOException or System.Net.Sockets.SocketException => true,
        // What Npgsql says now and then of a connection that breaks while it is opened.
        ObjectDisposedException => true,
        _ => false,
    };

    [LoggerMessage(2001, LogLevel.Warning, "The database cannot do it now ({Reason}); trying again in {DelayMs} ms.")]
    private static partial void LogWaiting(ILogger logger, string reason, double delayMs);
}
