using MassTransit;
using Payments.Contracts;
using Payments.Messaging;

namespace Payments.Ledger.Recording;

internal sealed class RecordJournalConsumer(Deliveries deliveries) : IConsumer<RecordJournal>
{
    public Task Consume(ConsumeContext<RecordJournal> context)
    {
        var command = context.Message;
        return deliveries.Settle(context, new Decision<JournalKey, JournalRows>(
            command.PaymentId, JournalDecision.Key(command), rows => JournalDecision.Decide(command, rows)));
    }
}
