namespace Payments.Messaging;

/// <summary>Wakes the sweeper of this process when it has just written to the outbox.</summary>
internal sealed class OutboxSignal : IDisposable
{
    private readonly SemaphoreSlim _signal = new(0, 1);

    public void Set()
    {
        lock (_signal)
        {
            if (_signal.CurrentCount == 0)
                _signal.Release();
        }
    }

    public void Dispose() => _signal.Dispose();

    public Task Wait(TimeSpan atMost, CancellationToken cancellationToken) =>
        _signal.WaitAsync(atMost, cancellationToken);
}
