using System.Collections;

namespace Payments.Testing;

/// <summary>Waits for a condition, with a deadline, in place of a sleep.</summary>
public static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    /// <summary>Waits until the condition holds. It is looked at once at least.</summary>
    /// <param name="what">What is awaited, as the end of the sentence "Waited in vain for ...".</param>
    /// <param name="deadline">How long to wait at most.</param>
    /// <param name="condition">Looked at every 25 ms.</param>
    /// <param name="retryOn">Exceptions of the condition that mean "not yet"; any other escapes at once.</param>
    /// <param name="cancellationToken">Ends the waiting with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="EventuallyException">The deadline passed.</exception>
    public static Task Async(
        string what,
        TimeSpan deadline,
        Func<Task<bool>> condition,
        Func<Exception, bool>? retryOn = null,
        CancellationToken cancellationToken = default) =>
        Async(what, deadline, condition, holds => holds, retryOn, cancellationToken);

    /// <inheritdoc cref="Async(string, TimeSpan, Func{Task{bool}}, Func{Exception, bool}?, CancellationToken)"/>
    public static Task Async(
        string what,
        TimeSpan deadline,
        Func<bool> condition,
        Func<Exception, bool>? retryOn = null,
        CancellationToken cancellationToken = default) =>
        Async(what, deadline, () => Task.FromResult(condition()), retryOn, cancellationToken);

    /// <summary>Reads until the value is the one awaited, and returns it. It is read once at least.</summary>
    /// <param name="what">What is awaited, as the end of the sentence "Waited in vain for ...".</param>
    /// <param name="deadline">How long to wait at most; a read that takes longer is given up.</param>
    /// <param name="read">Called every 25 ms.</param>
    /// <param name="until">Whether the value is the one awaited.</param>
    /// <param name="retryOn">Exceptions of the read that mean "not yet"; any other escapes at once.</param>
    /// <param name="cancellationToken">Ends the waiting with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="EventuallyException">The deadline passed; the message has the last value.</exception>
    public static async Task<T> Async<T>(
        string what,
        TimeSpan deadline,
        Func<Task<T>> read,
        Func<T, bool> until,
        Func<Exception, bool>? retryOn = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(read);
        ArgumentNullException.ThrowIfNull(until);
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var lastSeen = "nothing: the first read did not return";
        Exception? lastError = null;
        timer.CancelAfter(deadline);
        try
        {
            for (; ; await Task.Delay(Pause, timer.Token))
            {
                try
                {
                    var value = await read().WaitAsync(timer.Token);
                    if (until(value))
                        return value;
                    (lastSeen, lastError) = (Describe(value), null);
                }
                catch (Exception error) when (!IsOwn(error) && retryOn?.Invoke(error) == true)
                {
                    (lastSeen, lastError) = ($"{error.GetType().Name}: {error.Message}", error);
                }
            }
        }
        catch (OperationCanceledException error) when (IsOwn(error))
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new EventuallyException(
                $"Waited in vain for {what}, {deadline.TotalSeconds:0.###} s. Last seen: {lastSeen}",
                lastError);
        }

        bool IsOwn(Exception error) => error is OperationCanceledException && timer.IsCancellationRequested;
    }

    private static string Describe<T>(T value) => value switch
    {
        null => "null",
        string text => $"\"{text}\"",
        IEnumerable values => $"[{string.Join(", ", values.Cast<object>())}]",
        _ => value.ToString() ?? "",
    };
}
