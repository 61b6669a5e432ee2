using System.Collections.Concurrent;
using System.Text.Json;
using Payments.Contracts;
using Payments.Messaging;

namespace Payments.Operations.Tests;

/// <summary>Lets messages pass to the real publisher and remembers them; the next ones can be held back.</summary>
public sealed class PublisherValve(IConfirmedPublisher publisher) : IConfirmedPublisher, IAsyncDisposable
{
    private readonly ConcurrentQueue<OutgoingMessage> _passed = new();
    private readonly ConcurrentQueue<Task> _holds = new();

    /// <summary>
    /// The next call waits until the returned source is set: a process that stands still before its publish.
    /// </summary>
    public TaskCompletionSource HoldNext()
    {
        var hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _holds.Enqueue(hold.Task);
        return hold;
    }

    public async Task Publish(IReadOnlyList<OutgoingMessage> messages)
    {
        if (_holds.TryDequeue(out var hold))
            await hold;
        await publisher.Publish(messages);
        foreach (var message in messages)
            _passed.Enqueue(message);
    }

    /// <summary>The requests of a payment that the broker has confirmed, as they went out.</summary>
    public IReadOnlyList<JsonElement> RequestsUnder(Ulid paymentId) =>
        [.. _passed.Select(m => JsonDocument.Parse(m.Body).RootElement.GetProperty("message"))
            .Where(m => m.GetProperty("paymentId").GetString() == paymentId.ToString())];

    public async ValueTask DisposeAsync()
    {
        if (publisher is IAsyncDisposable disposable)
            await disposable.DisposeAsync();
    }
}
