namespace Payments.Messaging;

/// <summary>The messages of one call: told once, when the broker has every one.</summary>
internal sealed class Shipment(int count)
{
    private readonly TaskCompletionSource _confirmed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _missing = count;

    public Task Confirmed => _confirmed.Task;

    public void Confirm()
    {
        if (Interlocked.Decrement(ref _missing) == 0)
            _confirmed.SetResult();
    }
}

/// <summary>One message on its way to the broker.</summary>
/// <param name="message">What to send.</param>
/// <param name="shipment">Who waits for it.</param>
/// <param name="alone">Sent with nothing else in flight.</param>
/// <param name="unroutable">Proved to have no queue.</param>
internal sealed class Publication(OutgoingMessage message, Shipment shipment, bool alone = false, bool unroutable = false)
{
    public OutgoingMessage Message { get; } = message;

    public Shipment Shipment { get; } = shipment;

    public bool Alone { get; } = alone;

    public bool Unroutable { get; } = unroutable;

    /// <summary>The broker gave it back; its confirm follows and means nothing.</summary>
    public bool IsReturned { get; set; }

    public long WrittenAt { get; set; }
}
