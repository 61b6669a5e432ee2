using MassTransit;
using Payments.Contracts;
using Payments.Messaging;
using Payments.Orchestrator.Routing;

namespace Payments.Orchestrator.Paying;

/// <summary>The named steps of the state machine. They copy, ask <see cref="PaymentDecisions"/>, and send.</summary>
internal static class PaymentSteps
{
    public static bool IsAwaited<T>(BehaviorContext<PaymentState, T> context)
        where T : class =>
        OrderAnswer.Of(context.Message) is { OrderId: { } orderId, OperationId: var operationId }
        && (context.Saga.Awaits(orderId, operationId)
            || (context.Message is OrderRefunded && context.Saga.IsGivenBackBy(orderId, operationId)));

    public static EventActivityBinder<PaymentState, StartPayment> Accept(
        this EventActivityBinder<PaymentState, StartPayment> start, PaymentStateMachine machine) =>
        start.Then(context =>
        {
            var payment = context.Saga;
            var request = context.Message.Request;
            payment.MerchantId = request.MerchantId;
            payment.MerchantReference = request.MerchantReference;
            payment.IdempotencyKey = request.IdempotencyKey;
            payment.Policy = request.FulfilmentPolicy;
            payment.PaymentMethod = request.PaymentMethod;
            payment.Amount = Money.Sum(request.Orders.Select(o => o.Amount), request.Orders[0].Amount.Currency);
            foreach (var (order, position) in request.Orders.Select((o, i) => (o, i)))
            {
                var choice = machine.Routing.First(PaymentRouting.Question(request, order), machine.Health.Unhealthy);
                payment.Add(PaymentRouting.Accept(payment, choice, order, position));
            }

            PaymentRouting.EndUnrouted(payment);
        });

    public static EventActivityBinder<PaymentState, RejectPayment> Reject(
        this EventActivityBinder<PaymentState, RejectPayment> reject) =>
        reject
            .Then(context =>
            {
                var payment = context.Saga;
                payment.MerchantId = context.Message.MerchantId;
                payment.IdempotencyKey = context.Message.IdempotencyKey;
                payment.Errors = context.Message.Errors;
                payment.Reason = context.Message.Errors[0].Rule;
            })
            .PublishAsync(context => Task.FromResult(new PaymentRejected
            {
                PaymentId = context.Saga.PaymentId,
                MerchantId = context.Saga.MerchantId,
                IdempotencyKey = context.Saga.IdempotencyKey,
                Errors = context.Message.Errors,
            }));

    public static EventActivityBinder<PaymentState, OrderAuthorized> Authorize(
        this EventActivityBinder<PaymentState, OrderAuthorized> answer) =>
        answer.Then(context =>
        {
            var order = context.Saga.Order(context.Message.OrderId);
            order.PspReference = context.Message.PspReference;
            context.Saga.End(order, OrderStatus.Authorized, nameof(OrderAuthorized));
        });

    public static EventActivityBinder<PaymentState, OrderCaptured> Capture(
        this EventActivityBinder<PaymentState, OrderCaptured> answer) =>
        answer.Then(context =>
        {
            var order = context.Saga.Order(context.Message.OrderId);
            order.PspReference = context.Message.PspReference;
            context.Saga.End(order, OrderStatus.Captured, nameof(OrderCaptured));
        });

    public static EventActivityBinder<PaymentState, OrderDeclined> DeclineOrFailOver(
        this EventActivityBinder<PaymentState, OrderDeclined> answer, PaymentStateMachine machine) =>
        answer.ThenAsync(async context =>
        {
            var (payment, message) = (context.Saga, context.Message);
            var order = payment.Order(message.OrderId);
            if (!await context.FailOver(order, SettledAttempt.By(order, message), nameof(OrderDeclined), machine))
                payment.EndBadly(order, OrderStatus.Declined, nameof(OrderDeclined), message.Reason);
        });

    public static EventActivityBinder<PaymentState, OrderActionRequired> RequireAction(
        this EventActivityBinder<PaymentState, OrderActionRequired> answer) =>
        answer.Then(context =>
        {
            var order = context.Saga.Order(context.Message.OrderId);
            order.PspReference = context.Message.PspReference;
            context.Saga.EndBadly(order, OrderStatus.ActionRequired, nameof(OrderActionRequired), "authentication_required");
        });

    public static EventActivityBinder<PaymentState, CaptureRefused> RefuseCapture(
        this EventActivityBinder<PaymentState, CaptureRefused> answer) =>
        answer.Then(context => context.Saga.EndBadly(
            context.Saga.Order(context.Message.OrderId),
            OrderStatus.CaptureRefused,
            nameof(CaptureRefused),
            context.Message.Reason));

    public static EventActivityBinder<PaymentState, OrderNotAttempted> FailOverOrSendAgain(
        this EventActivityBinder<PaymentState, OrderNotAttempted> answer, PaymentStateMachine machine) =>
        answer.ThenAsync(async context =>
        {
            var (payment, message) = (context.Saga, context.Message);
            var order = payment.Order(message.OrderId);
            if (!await context.FailOver(order, SettledAttempt.By(order, message), nameof(OrderNotAttempted), machine))
                await context.EndUnattempted(order, nameof(OrderNotAttempted), message.Reason, machine);
        });

    public static EventActivityBinder<PaymentState, OperationAbandoned> Abandon(
        this EventActivityBinder<PaymentState, OperationAbandoned> answer, PaymentStateMachine machine) =>
        answer.ThenAsync(context => context.EndUnattempted(
            context.Saga.Order(context.Message.OrderId!), nameof(OperationAbandoned), "abandoned", machine));

    public static EventActivityBinder<PaymentState, OrderPending> LeavePending(
        this EventActivityBinder<PaymentState, OrderPending> answer, PaymentStateMachine machine) =>
        answer.Then(context =>
        {
            var order = context.Saga.Order(context.Message.OrderId);
            // A capture or an undo may have a reference of its own, which is not the payment's.
            if (order.Status is OrderStatus.Charging or OrderStatus.Authorizing)
                order.PspReference = context.Message.PspReference ?? order.PspReference;
            context.Saga.Hang(order, Paying.Doubt.Pending, machine.Timetables);
        });

    public static EventActivityBinder<PaymentState, OrderInDoubt> Doubt(
        this EventActivityBinder<PaymentState, OrderInDoubt> answer, PaymentStateMachine machine) =>
        answer.ThenAsync(async context =>
        {
            var payment = context.Saga;
            var order = payment.Order(context.Message.OrderId);
            order.PspReference ??= context.Message.PspReference;
            payment.Hang(order, Paying.Doubt.InDoubt, machine.Timetables);
            if (PaymentDecisions.NeedsPerson.Contains(context.Message.Reason))
            {
                order.Reason = context.Message.Reason;
                // While others are on their way they are waited for: the next look finds the same.
                payment.MustPark = payment.InDoubt == payment.Outstanding;
            }
            else if (order.Asks == 0 && order.AskAt <= payment.Now)
            {
                // The PSP's timetable begins at once.
                await context.AskAbout(order, machine);
            }
        });

    public static EventActivityBinder<PaymentState, OrderVoided> Void(
        this EventActivityBinder<PaymentState, OrderVoided> answer) =>
        answer.ThenAsync(async context =>
        {
            var order = context.Saga.Order(context.Message.OrderId);
            context.Saga.End(order, OrderStatus.Voided, nameof(OrderVoided));
            await context.SettleDebt(order);
        });

    public static EventActivityBinder<PaymentState, VoidRefused> RefuseVoid(
        this EventActivityBinder<PaymentState, VoidRefused> answer) =>
        answer.ThenAsync(async context =>
        {
            var (payment, message) = (context.Saga, context.Message);
            var order = payment.Order(message.OrderId);
            order.PspReference = message.PspReference ?? order.PspReference;
            if (message.Refusal == VoidRefusal.AlreadyCaptured)
            {
                payment.End(order, OrderStatus.Uncredited, nameof(VoidRefused));
                return;
            }

            payment.Owe(order, OrderStatus.VoidDebt, nameof(VoidRefused), message.Reason);
            await context.OpenDebt(order, message.Reason);
        });

    public static EventActivityBinder<PaymentState, OrderRefunded> Refund(
        this EventActivityBinder<PaymentState, OrderRefunded> answer) =>
        answer.ThenAsync(async context =>
        {
            var order = context.Saga.Order(context.Message.OrderId);
            context.Saga.End(order, OrderStatus.GivenBack, nameof(OrderRefunded), context.Message.OperationId);
            await context.SettleDebt(order);
        });

    public static EventActivityBinder<PaymentState, RefundFailed> PutOffOrOweRefund(
        this EventActivityBinder<PaymentState, RefundFailed> answer, PaymentStateMachine machine) =>
        answer.ThenAsync(async context =>
        {
            var (payment, message) = (context.Saga, context.Message);
            var order = payment.Order(message.OrderId);
            if (PaymentDecisions.IsGivenBack(order))
            {
                payment.End(order, OrderStatus.GivenBack, nameof(RefundFailed));
                await context.SettleDebt(order);
                return;
            }

            if (message.ForNow && payment.PutOff(order, nameof(RefundFailed), message.Reason, machine.Timetables))
                return;

            payment.Owe(order, OrderStatus.RefundDebt, nameof(RefundFailed), message.Reason);
            await context.OpenDebt(order, message.Reason);
        });

    public static EventActivityBinder<PaymentState, WalletsCredited> CreditAll(
        this EventActivityBinder<PaymentState, WalletsCredited> answer) =>
        answer.Then(context => context.Saga.EndBatch(OrderStatus.Crediting, OrderStatus.Credited));

    public static EventActivityBinder<PaymentState, CreditRejected> CreditSome(
        this EventActivityBinder<PaymentState, CreditRejected> answer) =>
        answer.Then(context => context.Saga.EndBatchBadly(
            (OrderStatus.Captured, OrderStatus.Crediting, OrderStatus.Credited, OrderStatus.Uncredited),
            context.Message.Credited,
            context.Message.Rejected));

    public static EventActivityBinder<PaymentState, CreditsReversed> ReverseAll(
        this EventActivityBinder<PaymentState, CreditsReversed> answer) =>
        answer.Then(context => context.Saga.EndBatch(OrderStatus.Reversing, OrderStatus.Uncredited));

    public static EventActivityBinder<PaymentState, JournalRecorded> RecordAll(
        this EventActivityBinder<PaymentState, JournalRecorded> answer) =>
        answer.Then(context => context.Saga.EndBatch(OrderStatus.Recording, OrderStatus.Recorded));

    public static EventActivityBinder<PaymentState, JournalRejected> RecordSome(
        this EventActivityBinder<PaymentState, JournalRejected> answer) =>
        answer.Then(context => context.Saga.EndBatchBadly(
            (OrderStatus.Credited, OrderStatus.Recording, OrderStatus.Recorded, OrderStatus.JournalRejected),
            context.Message.Recorded,
            context.Message.Rejected));

    public static EventActivityBinder<PaymentState, JournalRecorded> UnallocateAll(
        this EventActivityBinder<PaymentState, JournalRecorded> answer) =>
        answer.Then(context => context.Saga.EndBatch(OrderStatus.Unallocating, OrderStatus.Unallocated));

    public static EventActivityBinder<PaymentState, JournalRecorded> RecordRefunds(
        this EventActivityBinder<PaymentState, JournalRecorded> answer) =>
        answer.Then(context => context.Saga.EndBatch(OrderStatus.RecordingRefund, OrderStatus.Refunded));

    /// <summary>While parked: whichever journal it was.</summary>
    public static EventActivityBinder<PaymentState, JournalRecorded> EndJournal(
        this EventActivityBinder<PaymentState, JournalRecorded> answer) =>
        answer.RecordAll().UnallocateAll().RecordRefunds();

    /// <summary>A journal of the way back is refused: nobody can decide that but a person. The batch stays, to be sent anew.</summary>
    public static EventActivityBinder<PaymentState, JournalRejected> KeepForPerson(
        this EventActivityBinder<PaymentState, JournalRejected> answer) =>
        answer.Then(context =>
        {
            var payment = context.Saga;
            payment.EndBatch(OrderStatus.Unallocating, OrderStatus.Uncredited);
            payment.EndBatch(OrderStatus.RecordingRefund, OrderStatus.GivenBack);
            payment.MustPark = true;
        });

    /// <summary>While parked: whichever journal it was. Captures that are refused have their way back; the way back has none.</summary>
    public static EventActivityBinder<PaymentState, JournalRejected> RecordSomeOrKeep(
        this EventActivityBinder<PaymentState, JournalRejected> answer) =>
        answer.IfElse(
            context => context.Message.Kind == JournalKind.Capture,
            captures => captures.RecordSome(),
            undos => undos.KeepForPerson());

    /// <summary>
    /// An answer that no order waits for. Where money is not where the order says it is, it is reported. A refund that went through
    /// while another is under way, or is owed, is kept in mind: it is not to be made up for.
    /// </summary>
    public static EventActivityBinder<PaymentState, T> ObserveLate<T>(this EventActivityBinder<PaymentState, T> answer)
        where T : class =>
        answer.ThenAsync(async context =>
        {
            if (OrderAnswer.Of(context.Message) is not { OrderId: { } orderId } late)
                return;

            var order = context.Saga.Order(orderId);
            var name = typeof(T).Name;
            if (!PaymentDecisions.IsToReport(order, late, name))
                return;

            if (context.Message is OrderRefunded && order.Status is OrderStatus.Refunding or OrderStatus.RefundDebt)
                order.AddOutcome(late.OperationId, name);
            await context.Publish(new LateOutcomeObserved
            {
                PaymentId = context.Saga.PaymentId,
                OrderId = orderId,
                OperationId = late.OperationId,
                Outcome = name,
                Status = order.Status.ToString(),
            });
        });

    /// <summary>First the same commands again, under the same ids: the broker may have lost one. Then silence is doubt.</summary>
    public static EventActivityBinder<PaymentState, PaymentDeadlineReached> AskAgain(
        this EventActivityBinder<PaymentState, PaymentDeadlineReached> overdue, PaymentStateMachine machine) =>
        overdue.ThenAsync(async context =>
        {
            var payment = context.Saga;
            if (!payment.Rearm())
                return;

            if (payment.Firings == 1)
            {
                await context.SendSilentAgain(machine);
                return;
            }

            payment.HangSilent(machine.Timetables);
            if (payment.CurrentState == nameof(PaymentStateMachine.Authorizing))
                payment.Reason ??= "authorization_timeout";
        });

    /// <summary>
    /// Asks about every operation whose PSP's timetable says so; what certainly did not happen is sent anew. An undo that
    /// is silent is first sent again under its id.
    /// </summary>
    public static EventActivityBinder<PaymentState, PaymentDeadlineReached> LookAgain(
        this EventActivityBinder<PaymentState, PaymentDeadlineReached> overdue, PaymentStateMachine machine) =>
        overdue.ThenAsync(async context =>
        {
            var payment = context.Saga;
            payment.Firings++;
            if (payment.Firings == 1 && payment.CurrentState != nameof(PaymentStateMachine.Resolving))
                await context.SendSilentAgain(machine);
            else
                payment.HangSilent(machine.Timetables);
            foreach (var order in payment.Orders.Where(o => o.AskAt <= payment.Now).ToArray())
            {
                if (!machine.Timetables.IsExhausted(order, payment.Now))
                    await context.AskAbout(order, machine);
            }

            payment.MustPark = payment.Outstanding > 0 && !payment.ArmForAnswers(machine.Timetables);
        });

    /// <summary>The same batch again, under the same id.</summary>
    public static EventActivityBinder<PaymentState, PaymentDeadlineReached> SendBatchAgain(
        this EventActivityBinder<PaymentState, PaymentDeadlineReached> overdue, PaymentStateMachine machine) =>
        overdue.ThenAsync(async context =>
        {
            if (context.Saga.Rearm())
                await context.Send(PaymentCommands.CurrentBatch(context.Saga), context.Saga.StepMessageId!.Value);
        });

    /// <summary>A parked payment is announced again, once a day.</summary>
    public static EventActivityBinder<PaymentState, PaymentDeadlineReached> Remind(
        this EventActivityBinder<PaymentState, PaymentDeadlineReached> overdue) =>
        overdue.ThenAsync(async context =>
        {
            context.Saga.Rearm();
            await context.Publish(context.Saga.ToParked());
        });

    /// <summary>Debts are tried again, but for those that were paid after all; what waits for an answer asks again.</summary>
    public static EventActivityBinder<PaymentState, ResumePayment> Resume(
        this EventActivityBinder<PaymentState, ResumePayment> resume, PaymentStateMachine machine) =>
        resume.ThenAsync(async context =>
        {
            var payment = context.Saga;
            foreach (var order in payment.Orders)
            {
                order.Status = order.Status switch
                {
                    OrderStatus.VoidDebt => OrderStatus.CaptureRefused,
                    OrderStatus.RefundDebt => PaymentDecisions.IsGivenBack(order) ? OrderStatus.GivenBack : OrderStatus.Unallocated,
                    var status => status,
                };
                if (order.Status == OrderStatus.GivenBack)
                    await context.SettleDebt(order);
            }

            await context.Publish(new PaymentResumed
            {
                PaymentId = payment.PaymentId,
                RequestedBy = context.Message.RequestedBy,
                Reason = context.Message.Reason,
            });
            if (payment.StepOperationId is not null)
            {
                // The business id makes it one operation; the old message id may be past what inboxes remember.
                payment.StepMessageId = Ulid.NewUlid();
                await context.Send(PaymentCommands.CurrentBatch(payment), payment.StepMessageId.Value);
            }

            payment.HangSilent(machine.Timetables);
            foreach (var order in payment.Orders.Where(o => o.IsAwaited).ToArray())
            {
                // A person has looked at it: the timetable begins anew.
                order.Asks = 0;
                await context.AskAbout(order, machine);
            }
        });

    /// <summary>Back to the state it was parked in, when it waits for the same answer as before.</summary>
    public static EventActivityBinder<PaymentState, ResumePayment> ReturnTo(
        this EventActivityBinder<PaymentState, ResumePayment> resume, PaymentStateMachine machine, params State[] states) =>
        states.Aggregate(resume, (binder, state) => binder.If(
            context => context.Saga.Next == PaymentStep.Wait && context.Saga.ResumeState == state.Name,
            back => back.Then(context => context.Saga.WaitIn(state.Name, machine.Timetables)).TransitionTo(state)));

    /// <summary>
    /// Decides what comes next and does it. Only the steps named may follow; waiting always may. A step that is not
    /// named is a broken invariant and dead-letters the message.
    /// </summary>
    public static EventActivityBinder<PaymentState, T> Proceed<T>(
        this EventActivityBinder<PaymentState, T> binder, PaymentStateMachine machine, params PaymentStep[] steps)
        where T : class =>
        steps.Aggregate(
            binder.Then(context => context.Saga.Next = PaymentDecisions.Next(context.Saga, steps)),
            (chain, step) => chain.If(context => context.Saga.Next == step, next => next.Enter(machine, step)));

    private static EventActivityBinder<PaymentState, T> Enter<T>(
        this EventActivityBinder<PaymentState, T> binder, PaymentStateMachine machine, PaymentStep step)
        where T : class => step switch
        {
            PaymentStep.Charge => binder.BeginAll(machine, OrderStatus.Charging, o => o.Status == OrderStatus.Accepted).WaitIn(machine, machine.Capturing),
            PaymentStep.Authorize => binder.BeginAll(machine, OrderStatus.Authorizing, o => o.Status == OrderStatus.Accepted).WaitIn(machine, machine.Authorizing),
            PaymentStep.Capture => binder.BeginAll(machine, OrderStatus.Capturing, o => o.Status == OrderStatus.Authorized).WaitIn(machine, machine.Capturing),
            PaymentStep.Abort => binder.WaitIn(machine, machine.Aborting),
            PaymentStep.Resolve => binder.WaitIn(machine, machine.Resolving),
            PaymentStep.Credit => binder.BeginBatch(OrderStatus.Crediting, (_, o) => o.Status == OrderStatus.Captured).WaitIn(machine, machine.Crediting),
            PaymentStep.Record => binder.BeginBatch(OrderStatus.Recording, (_, o) => o.Status == OrderStatus.Credited).WaitIn(machine, machine.Recording),
            PaymentStep.ReverseWallets => binder.BeginBatch(OrderStatus.Reversing, PaymentDecisions.IsInFirstBatchToReverse).WaitIn(machine, machine.ReversingWallets),
            PaymentStep.ReverseJournal => binder.BeginBatch(OrderStatus.Unallocating, PaymentDecisions.IsToUnallocate).WaitIn(machine, machine.ReversingJournal),
            PaymentStep.VoidHolds => binder.BeginAll(machine, OrderStatus.Voiding, PaymentDecisions.IsToVoid).WaitIn(machine, machine.Voiding),
            PaymentStep.Refund => binder.BeginAll(machine, OrderStatus.Refunding, o => o.Status == OrderStatus.Unallocated).WaitIn(machine, machine.Refunding),
            PaymentStep.RecordRefund => binder.BeginBatch(OrderStatus.RecordingRefund, (_, o) => o.Status == OrderStatus.GivenBack).WaitIn(machine, machine.RecordingRefund),
            PaymentStep.Complete => binder.Finish(machine.Completed, PaymentEnds.Completed),
            PaymentStep.PartiallyComplete => binder.Finish(machine.PartiallyCompleted, PaymentEnds.PartiallyCompleted),
            PaymentStep.Fail => binder.Finish(machine.Failed, PaymentEnds.Failed),
            PaymentStep.Park => binder.Park().WaitIn(machine, machine.Parked),
            PaymentStep.Wait => throw new ArgumentOutOfRangeException(nameof(step), step, "Waiting is not entered."),
        };

    private static EventActivityBinder<PaymentState, T> BeginAll<T>(
        this EventActivityBinder<PaymentState, T> binder,
        PaymentStateMachine machine,
        OrderStatus step,
        Func<OrderState, bool> which)
        where T : class =>
        binder.BeginAll(machine, step, (_, order) => which(order));

    private static EventActivityBinder<PaymentState, T> BeginAll<T>(
        this EventActivityBinder<PaymentState, T> binder,
        PaymentStateMachine machine,
        OrderStatus step,
        Func<PaymentState, OrderState, bool> which)
        where T : class =>
        binder.ThenAsync(async context =>
        {
            var payment = context.Saga;
            foreach (var order in payment.Orders.Where(o => which(payment, o)).ToArray())
            {
                payment.Outstanding++;
                await context.Send(PaymentCommands.Begin(payment, order, step, machine.Routing), order.CommandId!.Value);
            }
        });

    private static EventActivityBinder<PaymentState, T> BeginBatch<T>(
        this EventActivityBinder<PaymentState, T> binder, OrderStatus step, Func<PaymentState, OrderState, bool> which)
        where T : class =>
        binder.ThenAsync(async context =>
        {
            var payment = context.Saga;
            var orders = payment.Orders.Where(o => which(payment, o)).ToArray();
            await context.Send(PaymentCommands.BeginBatch(payment, step, orders), payment.StepMessageId!.Value);
        });

    private static EventActivityBinder<PaymentState, T> WaitIn<T>(
        this EventActivityBinder<PaymentState, T> binder, PaymentStateMachine machine, State state)
        where T : class =>
        binder.Then(context => context.Saga.WaitIn(state.Name, machine.Timetables)).TransitionTo(state);

    private static EventActivityBinder<PaymentState, T> Park<T>(this EventActivityBinder<PaymentState, T> binder)
        where T : class =>
        binder.ThenAsync(async context =>
        {
            var payment = context.Saga;
            payment.ResumeState = payment.CurrentState;
            payment.AtRiskMinor = PaymentDecisions.AtRisk(payment);
            payment.MustPark = false;
            payment.ParkReason = PaymentDecisions.WhyParked(payment);
            // An undo that runs out of time is a debt as well.
            foreach (var order in payment.Orders.Where(o => o.Status is OrderStatus.Voiding or OrderStatus.Refunding))
            {
                await context.OpenDebt(order, PaymentDecisions.WhyOwed(order));
            }

            await context.Publish(payment.ToParked());
        });

    private static EventActivityBinder<PaymentState, T> Finish<T>(
        this EventActivityBinder<PaymentState, T> binder, State state, Func<PaymentState, object> end)
        where T : class =>
        binder
            .ThenAsync(context =>
            {
                context.Saga.EndWaiting();
                var message = end(context.Saga);
                return context.Publish(message, message.GetType());
            })
            .TransitionTo(state);

    private static async Task EndUnattempted<T>(
        this BehaviorContext<PaymentState, T> context, OrderState order, string outcome, string reason, PaymentStateMachine machine)
        where T : class
    {
        context.Saga.NotAttempted(order, outcome, reason, machine.Timetables);
        if (order.Status == OrderStatus.GivenBack)
            await context.SettleDebt(order);
    }

    /// <summary>False where the attempt is not settled, or no other connection may follow.</summary>
    private static async Task<bool> FailOver<T>(
        this BehaviorContext<PaymentState, T> context,
        OrderState order,
        SettledAttempt? settled,
        string outcome,
        PaymentStateMachine machine)
        where T : class
    {
        var payment = context.Saga;
        if (settled is null
            || PaymentRouting.Next(payment, order, settled, machine.Routing, machine.Health).Connection is not { } next)
        {
            return false;
        }

        order.GoOn(settled, next);
        payment.Settle(order, outcome);
        await context.Send(PaymentCommands.Begin(payment, order, order.Status, machine.Routing), order.CommandId!.Value);
        if (payment.CurrentState == nameof(PaymentStateMachine.Resolving))
            payment.ArmForAnswers(machine.Timetables);
        return true;
    }

    private static async Task SendSilentAgain<T>(this BehaviorContext<PaymentState, T> context, PaymentStateMachine machine)
        where T : class
    {
        var payment = context.Saga;
        foreach (var order in payment.Orders.Where(o => o.IsAwaited && o.Doubt == Paying.Doubt.None).ToArray())
        {
            // Where the connection has left the table nothing can be charged: the next deadline asks what became of it.
            if (machine.Routing.PspOf(order.Connection!) is not null)
                await context.Send(PaymentCommands.Current(payment, order, machine.Routing), order.CommandId!.Value);
        }
    }

    /// <summary>One step in the PSP's timetable: a question, or the operation anew where it certainly did not happen.</summary>
    private static async Task AskAbout<T>(
        this BehaviorContext<PaymentState, T> context, OrderState order, PaymentStateMachine machine)
        where T : class
    {
        var payment = context.Saga;
        if (order is { Doubt: Paying.Doubt.SendAgain, Status: OrderStatus.Capturing } && payment.IsTurnedBack)
        {
            payment.End(order, OrderStatus.Authorized, nameof(OrderNotAttempted));
            return;
        }

        order.Asks++;
        if (order.Doubt is Paying.Doubt.SendAgain or Paying.Doubt.RefusedForNow)
        {
            // A refusal was a certain end: what follows it is asked about from the start.
            if (order.Doubt == Paying.Doubt.RefusedForNow)
            {
                order.Asks = 0;
                payment.WaitsFor = PaymentDeadlines.WaitsFor(payment.CurrentState);
            }

            order.Doubt = Paying.Doubt.None;
            order.AskAt = null;
            payment.InDoubt--;
            await context.Send(PaymentCommands.Begin(payment, order, order.Status, machine.Routing), order.CommandId!.Value);
            return;
        }

        order.AskAt = payment.Now + machine.Timetables.WaitOf(order, order.Doubt);
        order.Looks++;
        await context.Send(PaymentCommands.Ask(payment, order), Ulid.NewUlid());
    }

    /// <summary>Once: an undo that is tried again and refused again is the same debt.</summary>
    private static async Task OpenDebt<T>(this BehaviorContext<PaymentState, T> context, OrderState order, string reason)
        where T : class
    {
        if (order.Debt)
            return;

        order.Debt = true;
        await context.Publish(new DebtOpened
        {
            PaymentId = context.Saga.PaymentId,
            OrderId = order.OrderId,
            Amount = context.Saga.Of(order.AmountMinor),
            Reason = reason,
        });
    }

    private static async Task SettleDebt<T>(this BehaviorContext<PaymentState, T> context, OrderState order)
        where T : class
    {
        if (!order.Debt)
            return;

        order.Debt = false;
        await context.Publish(new DebtSettled
        {
            PaymentId = context.Saga.PaymentId,
            OrderId = order.OrderId,
            Amount = context.Saga.Of(order.AmountMinor),
        });
    }

    private static async Task Send<T>(this BehaviorContext<PaymentState, T> context, Command command, Ulid messageId)
        where T : class
    {
        var endpoint = await context.GetSendEndpoint(new Uri($"exchange:{command.Queue}"));
        await endpoint.Send(
            command.Message,
            command.Message.GetType(),
            Pipe.Execute<SendContext>(send =>
            {
                send.MessageId = messageId.ToGuid();
                send.GetOrAddPayload(() => new KeptMessageId(messageId));
            }));
    }
}
