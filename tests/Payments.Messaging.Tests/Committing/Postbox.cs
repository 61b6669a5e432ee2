using System.Collections.Concurrent;
using Payments.Contracts;

namespace Payments.Messaging.Tests.Committing;

/// <summary>Where a process sends its messages; sees whether they were committed by then.</summary>
/// <param name="books">The database as others see it.</param>
internal sealed class Postbox(BooksObserver books) : IConfirmedPublisher
{
    private const string Committed = "SELECT count(*) FROM inbox_message WHERE message_id >= $1 AND sent_id = ANY($2)";

    /// <summary>No delivery whose messages come here is older.</summary>
    private readonly Guid _oldest = Ulid.NewUlid().ToGuid();

    private readonly ConcurrentQueue<OutgoingMessage> _sent = new();
    private readonly ConcurrentQueue<OutgoingMessage> _premature = new();

    public IReadOnlyCollection<OutgoingMessage> Sent => _sent;

    /// <summary>Sent before anybody else could see what they belong to.</summary>
    public IReadOnlyCollection<OutgoingMessage> Premature => _premature;

    public async Task Publish(IReadOnlyList<OutgoingMessage> messages)
    {
        if (messages.Count == 0)
            return;

        var isCommitted = await books.Ask<long>(Committed, _oldest, messages.Select(m => m.Id).ToArray()) == messages.Count;
        foreach (var message in messages)
        {
            _sent.Enqueue(message);
            if (!isCommitted)
                _premature.Enqueue(message);
        }
    }
}
