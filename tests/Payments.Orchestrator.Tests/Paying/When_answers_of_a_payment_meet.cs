using Payments.Contracts;
using Payments.Messaging;
using Payments.Testing;

namespace Payments.Orchestrator.Tests.Paying;

/// <summary>
/// Answers to a payment's orders that meet in a group are decided one after the other on one loaded saga. They meet because the group
/// before waits for the row of another payment.
/// </summary>
public sealed class When_answers_of_a_payment_meet : IAsyncLifetime
{
    private const int Orders = 20;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly Ulid _payment = Ulid.NewUlid();
    private readonly Ulid _other = Ulid.NewUlid();
    private readonly List<Ulid> _answers = [];
    private SagaProcess _process = null!;

    private BrokerClient Broker => _process.Broker;

    public async Task InitializeAsync()
    {
        _process = await SagaProcess.Start();
        await RejectOther();
        await _process.Send(Ulid.NewUlid(), Start());
        await Eventually.Async(
            "the charges",
            Deadline,
            () => Broker.CountOf(Routes.Executor("stripe-a")),
            charges => charges == Orders);
        await Eventually.Async(
            "the other payment",
            Deadline,
            () => _process.Ask<long>("SELECT count(*) FROM payment WHERE payment_id = $1", _other),
            payments => payments == 1);
    }

    public async Task DisposeAsync() => await _process.DisposeAsync();

    [Fact]
    public async Task Should_apply_each_once_and_go_on_once_with_the_last()
    {
        await AnswerAtOnce([.. Enumerable.Range(1, Orders).Select(n => IsRefused(n) ? (object)NotAttempted(n) : Captured(n))]);
        await Eventually.Async(
            "the charges elsewhere",
            Deadline,
            () => Broker.CountOf(Routes.Executor("stripe-b")),
            charges => charges == Orders / 2);
        await AnswerAtOnce([.. Enumerable.Range(1, Orders).Where(IsRefused).Select(n => Captured(n, attempt: 2))]);

        await AwaitState("Crediting");
        await ShouldCreditAll();
        await HistoryShouldTellOf(_answers);
        (await Ask<long>("""
            SELECT count(*) FROM payment_history
            WHERE payment_id = $1 AND event = 'OrderNotAttempted' AND jsonb_array_length(evidence->'routes') = 1
            """)).ShouldBe(Orders / 2, "each asked once for another connection");
        (await Ask<long>("SELECT count(*) FROM payment_history WHERE payment_id = $1 AND event = 'OrderCaptured' AND evidence ? 'routes'"))
            .ShouldBe(0);
        (await Ask<long>("SELECT count(DISTINCT xmin::text) FROM payment_history WHERE payment_id = $1"))
            .ShouldBeLessThan(Orders / 2, "most of them were committed together");
        await Complete();

        static bool IsRefused(int order) => order % 2 == 1;
    }

    [Fact]
    public async Task Should_apply_the_others_when_one_of_them_cannot_be()
    {
        object[] answers = [.. Enumerable.Range(1, Orders).Select(n => Captured(n))];
        await AnswerAtOnce([.. answers[..(Orders / 2)], Captured(Orders + 1), .. answers[(Orders / 2)..]]);

        await AwaitState("Crediting");
        var unknown = _answers[Orders / 2];
        var letter = await Broker.Take(
            $"{Routes.PaymentSaga}_error", body => body.Contains(unknown.ToGuid().ToString(), StringComparison.Ordinal));
        letter.ShouldContain($"order-{Orders + 1}");
        (await _process.Ask<long>("SELECT count(*) FROM inbox WHERE message_id = $1", unknown)).ShouldBe(0);
        await HistoryShouldTellOf(_answers.Except([unknown]));
        await ShouldCreditAll();
        await Complete();
    }

    /// <summary>As after the database was restored to a moment before it.</summary>
    [Fact]
    public async Task Should_keep_an_answer_whose_payment_is_not_there()
    {
        var nobody = Ulid.NewUlid();
        await AnswerAtOnce([Captured(1), Captured(1) with { PaymentId = nobody }, .. Enumerable.Range(2, Orders - 1).Select(n => Captured(n))]);

        await Broker.Take($"{Routes.PaymentSaga}_error", body => body.Contains(nobody.ToString(), StringComparison.Ordinal));
        (await _process.Ask<long>("SELECT count(*) FROM inbox WHERE message_id = $1", _answers[1])).ShouldBe(0, "a replay finds it new");
        await AwaitState("Crediting");
        await HistoryShouldTellOf(_answers.Except([_answers[1]]));
        await ShouldCreditAll();
        await Complete();
    }

    [Fact]
    public async Task Should_apply_each_once_when_somebody_else_was_first()
    {
        await AnswerAtOnce(
            [.. Enumerable.Range(1, Orders).Select(n => Captured(n))], "UPDATE payment SET version = version + 1 WHERE payment_id = $1");

        await AwaitState("Crediting");
        (await Ask<long>("SELECT count(*) FROM payment_history WHERE payment_id = $1 AND event = 'OrderCaptured'")).ShouldBe(Orders);
        (await Ask<int>("SELECT version FROM payment WHERE payment_id = $1")).ShouldBe(1 + Orders + 1, "its start, the answers, and the other");
        await ShouldCreditAll();
        await Complete();
    }

    /// <summary>A doubt that needs a person parks the payment where it may; what comes after it in the group is not about that.</summary>
    [Fact]
    public async Task Should_forget_what_is_of_one_of_them_alone()
    {
        await AnswerAtOnce([.. Enumerable.Range(1, Orders - 2).Select(n => Captured(n))]);
        await HistoryShouldTellOf(_answers);
        await Answer(ForAPerson(Orders - 1));
        await Answer(ForAPerson(Orders));
        await AwaitState("Crediting");

        await AnswerAtOnce([ForAPerson(Orders), await Credited()]);

        await AwaitState("Recording");
        await HistoryShouldTellOf(_answers);
        foreach (var order in (int[])[Orders - 1, Orders])
            await Answer(Captured(order));
        await Answer(await Recorded());
        await AwaitState("Crediting");
        await Complete();
    }

    /// <summary>
    /// Sends the answers while a group waits for another payment's row, so that they meet in the next; <c>meanwhile</c> changes their
    /// payment before that one is written.
    /// </summary>
    private async Task AnswerAtOnce(object[] answers, string? meanwhile = null)
    {
        await using var held = await _process.Hold(_payment);
        await using (var other = await _process.Hold(_other))
        {
            await RejectOther();
            await other.AwaitWaiting();
            foreach (var answer in answers)
                await Answer(answer);
            await Eventually.Async("the answers to be delivered", Deadline, () => Broker.CountOf(Routes.PaymentSaga), waiting => waiting == 0);
            await other.Release();
        }

        await held.AwaitWaiting();
        if (meanwhile is not null)
            await held.Ask<object?>(meanwhile);
        await held.Release();
    }

    /// <summary>The first time it makes the payment, then it is only written down: enough to wait for its row.</summary>
    private Task RejectOther() => _process.Send(Ulid.NewUlid(), new RejectPayment
    {
        PaymentId = _other,
        MerchantId = "shop",
        Errors = [new FieldError("orders", "required", "Must not be empty.")],
    });

    private Task Answer(object answer)
    {
        _answers.Add(Ulid.NewUlid());
        return answer switch
        {
            OrderCaptured captured => _process.Send(_answers[^1], captured),
            OrderNotAttempted notAttempted => _process.Send(_answers[^1], notAttempted),
            OrderInDoubt inDoubt => _process.Send(_answers[^1], inDoubt),
            WalletsCredited credited => _process.Send(_answers[^1], credited),
            JournalRecorded recorded => _process.Send(_answers[^1], recorded),
            _ => throw new ArgumentOutOfRangeException(nameof(answer), answer, message: null),
        };
    }

    private Task<string> AwaitState(string state) => Eventually.Async(
        $"the payment to be {state}", Deadline, () => Ask<string>("SELECT state FROM payment WHERE payment_id = $1"), s => s == state);

    /// <summary>One line for the start and one for each answer, numbered without a gap, and the payment's version is the last.</summary>
    private async Task HistoryShouldTellOf(IEnumerable<Ulid> answers)
    {
        var expected = answers.Select(a => a.ToGuid()).ToArray();
        var told = await Eventually.Async(
            "a line of history for each",
            Deadline,
            () => Ask<Guid[]>("SELECT coalesce(array_agg(message_id), '{}') FROM payment_history WHERE payment_id = $1 AND sequence > 1"),
            told => told.Length >= expected.Length);
        told.ShouldBe(expected, ignoreOrder: true);
        var sequences = await Ask<int[]>("SELECT array_agg(sequence ORDER BY sequence) FROM payment_history WHERE payment_id = $1");
        sequences.ShouldBe(Enumerable.Range(1, told.Length + 1));
        (await Ask<int>("SELECT version FROM payment WHERE payment_id = $1")).ShouldBe(sequences.Length);
    }

    /// <summary>Once, with every order.</summary>
    private async Task ShouldCreditAll()
    {
        var credits = await Broker.Take(Routes.Wallets, _ => true);
        for (var n = 1; n <= Orders; n++)
            credits.ShouldContain($"\"order-{n}\"");
        (await Ask<long>("SELECT count(*) FROM payment_history WHERE payment_id = $1 AND 'CreditWallets' = ANY (sent)")).ShouldBe(1);
    }

    /// <summary>Nothing is left that waits: its deadline would come to another test.</summary>
    private async Task Complete()
    {
        await Answer(await Credited());
        await AwaitState("Recording");
        await Answer(await Recorded());
        await AwaitState("Completed");
    }

    private Task<T> Ask<T>(string sql) => _process.Ask<T>(sql, _payment);

    private OrderCaptured Captured(int order, int attempt = 1) => new()
    {
        PaymentId = _payment,
        OrderId = $"order-{order}",
        OperationId = $"{_payment}/order-{order}/charge/{attempt}",
        PspReference = $"pi_{order}",
        Amount = new Money(1000, Currency.Eur),
    };

    private OrderInDoubt ForAPerson(int order) => new()
    {
        PaymentId = _payment,
        OrderId = $"order-{order}",
        OperationId = $"{_payment}/order-{order}/charge/1",
        Reason = "integrity_mismatch",
    };

    private async Task<WalletsCredited> Credited() => new() { PaymentId = _payment, OperationId = await Batch() };

    private async Task<JournalRecorded> Recorded() => new()
    {
        PaymentId = _payment,
        OperationId = await Batch(),
        Kind = JournalKind.Capture,
    };

    private Task<string> Batch() => Ask<string>("SELECT step_operation_id FROM payment WHERE payment_id = $1");

    private OrderNotAttempted NotAttempted(int order) => new()
    {
        PaymentId = _payment,
        OrderId = $"order-{order}",
        OperationId = $"{_payment}/order-{order}/charge/1",
        Reason = "connection_refused",
    };

    private StartPayment Start() => new()
    {
        PaymentId = _payment,
        Request = new PaymentRequested
        {
            PaymentId = _payment,
            IdempotencyKey = $"key-{_payment}",
            MerchantId = "shop",
            FulfilmentPolicy = FulfilmentPolicy.BestEffort,
            PaymentMethod = new PaymentMethod
            {
                Type = "card",
                Credentials = [new Credential { Psp = "stripe", Token = "enc:k1:x", Reusable = true }],
            },
            Orders =
            [
                .. Enumerable.Range(1, Orders).Select(n =>
                    new OrderRequest { OrderId = $"order-{n}", SellerId = $"seller-{n}", Amount = new Money(1000, Currency.Eur) }),
            ],
        },
    };
}
