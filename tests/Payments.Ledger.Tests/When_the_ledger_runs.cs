using Payments.Contracts;
using Payments.Messaging;
using Payments.Testing;
using static Payments.Ledger.Batch;

namespace Payments.Ledger;

/// <summary>The service as a process of its own, fed and heard over the broker.</summary>
public sealed class When_the_ledger_runs(LedgerDatabase ledger, RunningLedger running)
    : IClassFixture<LedgerDatabase>, IClassFixture<RunningLedger>
{
    private readonly BrokerClient _broker = running.Broker;

    [Fact]
    public async Task Should_record_and_answer_each_kind()
    {
        var (payment, seller, connection) = (Ulid.NewUlid(), NewSeller(), NewConnection());

        foreach (var kind in new[] { JournalKind.Capture, JournalKind.Undo, JournalKind.Refund })
        {
            await _broker.Send(
                Routes.Ledger, NewId(), Record(payment, kind, Line("a", seller, 100, 10, connection: connection)));
            await _broker.Await<JournalRecorded>(1, e => e.PaymentId == payment && e.Kind == kind);
        }

        (await ledger.JournalsOf(payment)).ShouldBe(3);
        (await ledger.Balance($"psp-receivable:{connection}")).ShouldBe(0);
    }

    [Fact]
    public async Task Should_say_the_same_when_a_delivery_comes_again()
    {
        var command = Record(Ulid.NewUlid(), JournalKind.Capture, Line("a", NewSeller(), 100, 10));
        var messageId = NewId();

        await _broker.Send(Routes.Ledger, messageId, command);
        await _broker.Await<JournalRecorded>(1, e => e.OperationId == command.OperationId);
        await _broker.Send(Routes.Ledger, messageId, command);
        var answers = await _broker.Await<JournalRecorded>(2, e => e.OperationId == command.OperationId);

        answers.Select(a => a.Id).Distinct().ShouldHaveSingleItem();
        (await ledger.JournalsOf(command.PaymentId)).ShouldBe(1);
    }

    [Fact]
    public async Task Should_say_the_same_when_a_command_comes_under_another_message_id()
    {
        var command = Record(Ulid.NewUlid(), JournalKind.Capture, Line("a", NewSeller(), 100, 10));

        await _broker.Send(Routes.Ledger, NewId(), command);
        await _broker.Send(Routes.Ledger, NewId(), command);
        await _broker.Await<JournalRecorded>(2, e => e.OperationId == command.OperationId);

        (await ledger.JournalsOf(command.PaymentId)).ShouldBe(1);
    }

    [Fact]
    public async Task Should_reject_a_line_that_is_not_valid()
    {
        var command = Record(Ulid.NewUlid(), JournalKind.Capture, Line("a", NewSeller(), 100, 101));

        await _broker.Send(Routes.Ledger, NewId(), command);
        var rejected = await _broker.Await<JournalRejected>(1, e => e.OperationId == command.OperationId);

        rejected[0].Message.Rejected.ShouldBe([new LineRejection("a", "invalid_line")]);
    }

    [Fact]
    public async Task Should_move_a_misused_operation_to_the_error_queue()
    {
        var command = Record(Ulid.NewUlid(), JournalKind.Capture, Line("a", NewSeller(), 100, 10));

        await _broker.Send(Routes.Ledger, NewId(), command);
        await _broker.Await<JournalRecorded>(1, e => e.OperationId == command.OperationId);
        await _broker.Send(Routes.Ledger, NewId(), command with { Kind = JournalKind.Undo });
        await _broker.Take($"{Routes.Ledger}_error", body => body.Contains(command.OperationId, StringComparison.Ordinal));

        (await ledger.JournalsOf(command.PaymentId)).ShouldBe(1);
    }

    private static Guid NewId() => Ulid.NewUlid().ToGuid();
}
