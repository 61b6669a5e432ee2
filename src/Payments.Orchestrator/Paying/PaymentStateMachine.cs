using System.Linq.Expressions;
using MassTransit;
using Payments.Contracts;
using Payments.Messaging;
using Payments.Orchestrator.Routing;
using static Payments.Orchestrator.Paying.PaymentStep;

namespace Payments.Orchestrator.Paying;

/// <summary>The payment saga. See README.md beside this file for its table of states and deadlines.</summary>
internal sealed class PaymentStateMachine : MassTransitStateMachine<PaymentState>
{
    private readonly TimeProvider _time;

    public PaymentStateMachine(
        RoutingTable routing, ConnectionHealth health, ResolutionTimetables timetables, TimeProvider time)
    {
        Routing = routing;
        Health = health;
        Timetables = timetables;
        _time = time;
        CorrelateEvents();
        InstanceState(payment => payment.CurrentState);

        Initially(
            On(StartPayment)
                .Accept(this)
                .Proceed(this, Charge, Authorize, Fail),
            On(RejectPayment)
                .Reject()
                .TransitionTo(Rejected));

        During(Authorizing,
            OnForwardAnswers(Capture, Abort, Resolve, VoidHolds, Fail),
            OnUnclearAnswers(Abort, Resolve, VoidHolds, Fail, Park),
            OnDeadline(overdue => overdue.AskAgain(this).Proceed(this, Resolve)),
            Late(UndoAnswers),
            IgnoreBatchAnswers());

        During(Capturing,
            OnForwardAnswers(Credit, Abort, Resolve, ReverseJournal, VoidHolds, Fail),
            OnUnclearAnswers(Credit, Abort, Resolve, ReverseJournal, VoidHolds, Fail, Park),
            OnDeadline(overdue => overdue.AskAgain(this).Proceed(this, Resolve)),
            Late(UndoAnswers),
            IgnoreBatchAnswers());

        During(Resolving,
            OnForwardAnswers(Capture, Credit, ReverseWallets, ReverseJournal, VoidHolds, Complete, PartiallyComplete, Fail),
            OnUnclearAnswers(Capture, Credit, ReverseWallets, ReverseJournal, VoidHolds, Complete, PartiallyComplete, Fail, Park),
            OnDeadline(overdue => overdue.LookAgain(this).Proceed(this, Credit, ReverseJournal, VoidHolds, Park)),
            Late(UndoAnswers),
            IgnoreBatchAnswers());

        During(Aborting,
            OnForwardAnswers(Resolve, ReverseJournal, VoidHolds, Fail),
            OnUnclearAnswers(Resolve, ReverseJournal, VoidHolds, Fail, Park),
            OnDeadline(overdue => overdue.AskAgain(this).Proceed(this, Resolve)),
            Late(UndoAnswers),
            IgnoreBatchAnswers());

        During(Crediting,
            OnBatchAnswer(WalletsCredited, m => m.OperationId, done => done
                .CreditAll()
                .Proceed(this, Record)),
            OnBatchAnswer(CreditRejected, m => m.OperationId, done => done
                .CreditSome()
                .Proceed(this, Record, Credit, Resolve, ReverseWallets, ReverseJournal)),
            OnDeadline(overdue => overdue.SendBatchAgain(this).Proceed(this, Park)),
            // Best effort: orders that were in doubt when the certain ones went on.
            OnForwardAnswers(),
            OnUnclearAnswers(),
            Late(UndoAnswers),
            Ignore(CreditsReversed), Ignore(JournalRecorded), Ignore(JournalRejected));

        During(Recording,
            OnBatchAnswer(JournalRecorded, m => m.OperationId, done => done
                .RecordAll()
                .Proceed(this, Complete, PartiallyComplete, Credit, Resolve, ReverseWallets, ReverseJournal, VoidHolds)),
            OnBatchAnswer(JournalRejected, m => m.OperationId, done => done
                .RecordSome()
                .Proceed(this, ReverseWallets, Credit, Resolve)),
            OnDeadline(overdue => overdue.SendBatchAgain(this).Proceed(this, Park)),
            OnForwardAnswers(),
            OnUnclearAnswers(),
            Late(UndoAnswers),
            Ignore(WalletsCredited), Ignore(CreditRejected), Ignore(CreditsReversed));

        // The way back.
        During(ReversingWallets,
            OnBatchAnswer(CreditsReversed, m => m.OperationId, done => done
                .ReverseAll()
                .Proceed(this, ReverseWallets, ReverseJournal)),
            OnDeadline(overdue => overdue.SendBatchAgain(this).Proceed(this, Park)),
            Late(ForwardAnswers), Late(UnclearAnswers), Late(UndoAnswers),
            Ignore(WalletsCredited), Ignore(CreditRejected), Ignore(JournalRecorded), Ignore(JournalRejected));

        During(ReversingJournal,
            OnBatchAnswer(JournalRecorded, m => m.OperationId, done => done
                .UnallocateAll()
                .Proceed(this, VoidHolds, Refund)),
            OnBatchAnswer(JournalRejected, m => m.OperationId, done => done
                .KeepForPerson()
                .Proceed(this, Park)),
            OnDeadline(overdue => overdue.SendBatchAgain(this).Proceed(this, Park)),
            Late(ForwardAnswers), Late(UnclearAnswers), Late(UndoAnswers),
            Ignore(WalletsCredited), Ignore(CreditRejected), Ignore(CreditsReversed));

        // A debt that a person lets be tried again while another undo is awaited: its turn comes with that one's answer.
        During(Voiding,
            OnUndoAnswers(ReverseJournal, VoidHolds, Refund, RecordRefund, Park, PartiallyComplete, Fail),
            OnUnclearAnswers(ReverseJournal, VoidHolds, Refund, RecordRefund, Park),
            OnDeadline(overdue => overdue.LookAgain(this).Proceed(this, Park)),
            Late(ForwardAnswers),
            IgnoreBatchAnswers());

        During(Refunding,
            OnUndoAnswers(VoidHolds, Refund, RecordRefund, Park),
            OnUnclearAnswers(VoidHolds, Refund, RecordRefund, Park),
            OnDeadline(overdue => overdue.LookAgain(this).Proceed(this, Park)),
            Late(ForwardAnswers),
            IgnoreBatchAnswers());

        During(RecordingRefund,
            OnBatchAnswer(JournalRecorded, m => m.OperationId, done => done
                .RecordRefunds()
                .Proceed(this, VoidHolds, Refund, Park, PartiallyComplete, Fail)),
            OnBatchAnswer(JournalRejected, m => m.OperationId, done => done
                .KeepForPerson()
                .Proceed(this, Park)),
            OnDeadline(overdue => overdue.SendBatchAgain(this).Proceed(this, Park)),
            Late(ForwardAnswers), Late(UnclearAnswers), Late(UndoAnswers),
            Ignore(WalletsCredited), Ignore(CreditRejected), Ignore(CreditsReversed));

        // A parked payment waits for a person; the answer it missed moves it as well, when it comes after all.
        During(Parked,
            On(ResumePayment)
                .Resume(this)
                .Proceed(this, Capture, Resolve, Credit, Record, ReverseWallets, ReverseJournal, VoidHolds, Refund, RecordRefund)
                .ReturnTo(this, Authorizing, Capturing, Aborting, Resolving, Crediting, Recording, ReversingWallets, ReversingJournal, Voiding, Refunding, RecordingRefund),
            OnForwardAnswers(Capture, Credit, ReverseWallets, ReverseJournal, VoidHolds, Complete, PartiallyComplete, Fail),
            OnUnclearAnswers(Capture, Credit, ReverseWallets, ReverseJournal, VoidHolds, Refund, RecordRefund, Complete, PartiallyComplete, Fail),
            OnUndoAnswers(ReverseJournal, Refund, RecordRefund, PartiallyComplete, Fail),
            OnBatchAnswer(WalletsCredited, m => m.OperationId, done => done
                .CreditAll()
                .Proceed(this, Record)),
            OnBatchAnswer(CreditRejected, m => m.OperationId, done => done
                .CreditSome()
                .Proceed(this, Record, Credit, Resolve, ReverseWallets, ReverseJournal)),
            OnBatchAnswer(CreditsReversed, m => m.OperationId, done => done
                .ReverseAll()
                .Proceed(this, ReverseWallets, ReverseJournal)),
            OnBatchAnswer(JournalRecorded, m => m.OperationId, done => done
                .EndJournal()
                .Proceed(this, Complete, PartiallyComplete, Credit, Resolve, ReverseWallets, ReverseJournal, VoidHolds, Refund, Fail)),
            OnBatchAnswer(JournalRejected, m => m.OperationId, done => done
                .RecordSomeOrKeep()
                .Proceed(this, ReverseWallets, Credit, Resolve)),
            OnDeadline(overdue => overdue.Remind()));

        During([Completed, PartiallyCompleted, Failed],
            Late(ForwardAnswers), Late(UnclearAnswers), Late(UndoAnswers),
            IgnoreBatchAnswers(),
            Ignore(PaymentDeadlineReached));

        During(Rejected,
            IgnoreAll(ForwardAnswers), IgnoreAll(UnclearAnswers), IgnoreAll(UndoAnswers),
            IgnoreBatchAnswers(),
            Ignore(PaymentDeadlineReached));

        // A request that comes again changes nothing; only what is parked can be resumed.
        During([Authorizing, Capturing, Resolving, Aborting, Crediting, Recording, ReversingWallets, ReversingJournal, Voiding,
            Refunding, RecordingRefund, Parked, Completed, PartiallyCompleted, Failed, Rejected],
            Ignore(StartPayment),
            Ignore(RejectPayment));
        During([Authorizing, Capturing, Resolving, Aborting, Crediting, Recording, ReversingWallets, ReversingJournal, Voiding,
            Refunding, RecordingRefund, Completed, PartiallyCompleted, Failed, Rejected],
            Ignore(ResumePayment));
    }

    public RoutingTable Routing { get; }

    public ConnectionHealth Health { get; }

    public ResolutionTimetables Timetables { get; }

    public State Authorizing { get; private set; } = null!;

    public State Capturing { get; private set; } = null!;

    public State Resolving { get; private set; } = null!;

    public State Crediting { get; private set; } = null!;

    public State Recording { get; private set; } = null!;

    public State Completed { get; private set; } = null!;

    public State PartiallyCompleted { get; private set; } = null!;

    public State Aborting { get; private set; } = null!;

    public State ReversingWallets { get; private set; } = null!;

    public State ReversingJournal { get; private set; } = null!;

    public State Voiding { get; private set; } = null!;

    public State Refunding { get; private set; } = null!;

    public State RecordingRefund { get; private set; } = null!;

    public State Failed { get; private set; } = null!;

    public State Rejected { get; private set; } = null!;

    public State Parked { get; private set; } = null!;

    public Event<StartPayment> StartPayment { get; private set; } = null!;

    public Event<RejectPayment> RejectPayment { get; private set; } = null!;

    public Event<OrderAuthorized> OrderAuthorized { get; private set; } = null!;

    public Event<OrderCaptured> OrderCaptured { get; private set; } = null!;

    public Event<OrderDeclined> OrderDeclined { get; private set; } = null!;

    public Event<OrderActionRequired> OrderActionRequired { get; private set; } = null!;

    public Event<CaptureRefused> CaptureRefused { get; private set; } = null!;

    public Event<OrderNotAttempted> OrderNotAttempted { get; private set; } = null!;

    public Event<OperationAbandoned> OperationAbandoned { get; private set; } = null!;

    public Event<OrderPending> OrderPending { get; private set; } = null!;

    public Event<OrderInDoubt> OrderInDoubt { get; private set; } = null!;

    public Event<OrderVoided> OrderVoided { get; private set; } = null!;

    public Event<VoidRefused> VoidRefused { get; private set; } = null!;

    public Event<OrderRefunded> OrderRefunded { get; private set; } = null!;

    public Event<RefundFailed> RefundFailed { get; private set; } = null!;

    public Event<WalletsCredited> WalletsCredited { get; private set; } = null!;

    public Event<CreditRejected> CreditRejected { get; private set; } = null!;

    public Event<CreditsReversed> CreditsReversed { get; private set; } = null!;

    public Event<JournalRecorded> JournalRecorded { get; private set; } = null!;

    public Event<JournalRejected> JournalRejected { get; private set; } = null!;

    public Event<ResumePayment> ResumePayment { get; private set; } = null!;

    public Event<PaymentDeadlineReached> PaymentDeadlineReached { get; private set; } = null!;

    /// <summary>Definite answers to a charge, an authorization or a capture.</summary>
    private Event[] ForwardAnswers =>
        [OrderAuthorized, OrderCaptured, OrderDeclined, OrderActionRequired, CaptureRefused];

    /// <summary>Answers that any operation at a PSP can get.</summary>
    private Event[] UnclearAnswers => [OrderNotAttempted, OperationAbandoned, OrderPending, OrderInDoubt];

    /// <summary>Definite answers to a void or a refund.</summary>
    private Event[] UndoAnswers => [OrderVoided, VoidRefused, OrderRefunded, RefundFailed];

    private Together OnForwardAnswers(params PaymentStep[] next) => new Together(
        OnAnswer(OrderAuthorized, answer => answer.Authorize().Proceed(this, next)),
        OnAnswer(OrderCaptured, answer => answer.Capture().Proceed(this, next)),
        OnAnswer(OrderDeclined, answer => answer.DeclineOrFailOver(this).Proceed(this, next)),
        OnAnswer(OrderActionRequired, answer => answer.RequireAction().Proceed(this, next)),
        OnAnswer(CaptureRefused, answer => answer.RefuseCapture().Proceed(this, next)));

    private Together OnUnclearAnswers(params PaymentStep[] next) => new Together(
        OnAnswer(OrderNotAttempted, answer => answer.FailOverOrSendAgain(this).Proceed(this, next)),
        OnAnswer(OperationAbandoned, answer => answer.Abandon(this).Proceed(this, next)),
        OnAnswer(OrderPending, answer => answer.LeavePending(this).Proceed(this, next)),
        OnAnswer(OrderInDoubt, answer => answer.Doubt(this).Proceed(this, next)));

    private Together OnUndoAnswers(params PaymentStep[] next) => new Together(
        OnAnswer(OrderVoided, answer => answer.Void().Proceed(this, next)),
        OnAnswer(VoidRefused, answer => answer.RefuseVoid().Proceed(this, next)),
        OnAnswer(OrderRefunded, answer => answer.Refund().Proceed(this, next)),
        OnAnswer(RefundFailed, answer => answer.PutOffOrOweRefund(this).Proceed(this, next)));

    /// <summary>An event whose steps know the time: the database's, as it was when the payment was loaded.</summary>
    private EventActivityBinder<PaymentState, T> On<T>(Event<T> @event)
        where T : class =>
        When(@event).Then(context =>
            context.Saga.Now = context.TryGetPayload<DatabaseClock>(out var clock) ? clock.Now : _time.GetUtcNow());

    /// <summary>An answer to the operation that its order waits for; any other is late or a duplicate.</summary>
    private EventActivityBinder<PaymentState, T> OnAnswer<T>(
        Event<T> answer, Func<EventActivityBinder<PaymentState, T>, EventActivityBinder<PaymentState, T>> awaited)
        where T : class =>
        On(answer).IfElse(PaymentSteps.IsAwaited, awaited, late => late.ObserveLate());

    /// <summary>An answer to the batch that was sent last; any other is a duplicate.</summary>
    private EventActivityBinder<PaymentState, T> OnBatchAnswer<T>(
        Event<T> answer,
        Func<T, string> operationId,
        Func<EventActivityBinder<PaymentState, T>, EventActivityBinder<PaymentState, T>> awaited)
        where T : class =>
        On(answer).If(context => operationId(context.Message) == context.Saga.StepOperationId, awaited);

    private EventActivityBinder<PaymentState, PaymentDeadlineReached> OnDeadline(
        Func<EventActivityBinder<PaymentState, PaymentDeadlineReached>, EventActivityBinder<PaymentState, PaymentDeadlineReached>> overdue) =>
        On(PaymentDeadlineReached).If(context => context.Message.Epoch == context.Saga.DeadlineEpoch, overdue);

    /// <summary>Answers that no order waits for in this state: kept in the history, and reported where money moved.</summary>
    private Together Late(Event[] answers) =>
        new Together([.. answers.Select(answer => answer switch
        {
            Event<OrderAuthorized> e => When(e).ObserveLate(),
            Event<OrderCaptured> e => When(e).ObserveLate(),
            Event<OrderDeclined> e => When(e).ObserveLate(),
            Event<OrderActionRequired> e => When(e).ObserveLate(),
            Event<CaptureRefused> e => When(e).ObserveLate(),
            Event<OrderNotAttempted> e => When(e).ObserveLate(),
            Event<OperationAbandoned> e => When(e).ObserveLate(),
            Event<OrderPending> e => When(e).ObserveLate(),
            Event<OrderInDoubt> e => When(e).ObserveLate(),
            Event<OrderVoided> e => When(e).ObserveLate(),
            Event<VoidRefused> e => When(e).ObserveLate(),
            Event<OrderRefunded> e => When(e).ObserveLate(),
            Event<RefundFailed> e => (EventActivities<PaymentState>)When(e).ObserveLate(),
            _ => throw new ArgumentOutOfRangeException(nameof(answers), answer.Name, "Not an order's answer."),
        })]);

    private Together IgnoreBatchAnswers() =>
        IgnoreAll([WalletsCredited, CreditRejected, CreditsReversed, JournalRecorded, JournalRejected]);

    private Together IgnoreAll(Event[] events) => new Together([.. events.Select(Ignore)]);

    private void CorrelateEvents()
    {
        Event(() => StartPayment, e =>
        {
            e.CorrelateById(m => m.Message.PaymentId.ToGuid());
            e.InsertOnInitial = true;
            e.SetSagaFactory(context => new PaymentState { CorrelationId = context.Message.PaymentId.ToGuid() });
        });
        Event(() => RejectPayment, e =>
        {
            e.CorrelateById(m => m.Message.PaymentId.ToGuid());
            e.InsertOnInitial = true;
            e.SetSagaFactory(context => new PaymentState { CorrelationId = context.Message.PaymentId.ToGuid() });
        });
        OfPayment(() => OrderAuthorized, m => m.PaymentId);
        OfPayment(() => OrderCaptured, m => m.PaymentId);
        OfPayment(() => OrderDeclined, m => m.PaymentId);
        OfPayment(() => OrderActionRequired, m => m.PaymentId);
        OfPayment(() => CaptureRefused, m => m.PaymentId);
        OfPayment(() => OrderNotAttempted, m => m.PaymentId);
        OfPayment(() => OperationAbandoned, m => m.PaymentId);
        OfPayment(() => OrderPending, m => m.PaymentId);
        OfPayment(() => OrderInDoubt, m => m.PaymentId);
        OfPayment(() => OrderVoided, m => m.PaymentId);
        OfPayment(() => VoidRefused, m => m.PaymentId);
        OfPayment(() => OrderRefunded, m => m.PaymentId);
        OfPayment(() => RefundFailed, m => m.PaymentId);
        OfPayment(() => WalletsCredited, m => m.PaymentId);
        OfPayment(() => CreditRejected, m => m.PaymentId);
        OfPayment(() => CreditsReversed, m => m.PaymentId);
        OfPayment(() => JournalRecorded, m => m.PaymentId);
        OfPayment(() => JournalRejected, m => m.PaymentId);
        OfPayment(() => ResumePayment, m => m.PaymentId);
        OfPayment(() => PaymentDeadlineReached, m => m.PaymentId);
    }

    /// <summary>
    /// Without its payment a message is a dead letter, never a success: the database may have been restored to a moment before it, while
    /// a PSP still has the money.
    /// </summary>
    private void OfPayment<T>(Expression<Func<Event<T>>> property, Func<T, Ulid> payment)
        where T : class =>
        Event(property, e =>
        {
            e.CorrelateById(m => payment(m.Message).ToGuid());
            e.OnMissingInstance(m => m.Fault());
        });

    /// <summary>Several bindings as one.</summary>
    private sealed class Together(params EventActivities<PaymentState>[] parts) : EventActivities<PaymentState>
    {
        public IEnumerable<MassTransit.SagaStateMachine.IActivityBinder<PaymentState>> GetStateActivityBinders() =>
            parts.SelectMany(part => part.GetStateActivityBinders());
    }
}
