using Payments.Contracts;

namespace Payments.Orchestrator.Tests.Upgrading;

/// <summary>Rows as the programs wrote them before orders had a timetable and the ends of all their operations.</summary>
public sealed class When_the_first_schema_is_upgraded : IAsyncLifetime
{
    private readonly Guid _payment = Ulid.NewUlid().ToGuid();
    private OldDatabase _database = null!;

    public async Task InitializeAsync()
    {
        _database = await OldDatabase.Create("orchestrator_0002");
        await _database.Execute(
            $"""
            INSERT INTO payment (payment_id, version, state, merchant_id, currency, outstanding, in_doubt, batch, firings,
                deadline_epoch, deadline_at)
            VALUES ('{_payment}', 9, 'Resolving', 'm-1', 'EUR', 2, 1, 1, 0, 3, now());
            """);
    }

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Theory]
    // Done.
    [InlineData(
        "capture/1", "authorize/1", "OrderCaptured", "OrderAuthorized OrderCaptured",
        "authorize/1=OrderAuthorized capture/1=OrderCaptured")]
    // Being refunded, after another connection had been tried in vain.
    [InlineData("refund/1", "charge/2", null, "OrderNotAttempted OrderCaptured", "charge/2=OrderCaptured")]
    [InlineData(
        "void/1", "authorize/1", "OrderVoided", "OrderActionRequired OrderVoided",
        "authorize/1=OrderActionRequired void/1=OrderVoided")]
    [InlineData("charge/1", "charge/1", "OrderDeclined", "OrderDeclined", "charge/1=OrderDeclined")]
    [InlineData("charge/1", "charge/1", null, "OrderInDoubt", null)]
    public async Task Should_know_how_each_operation_ended(
        string operation, string forward, string? outcome, string history, string? expected)
    {
        await AddOrder(operation, forward, outcome, "None");
        await AddHistory(history);

        await _database.Upgrade();

        (await _database.Query("SELECT outcome FROM payment_order")).ShouldBe(expected ?? (object)DBNull.Value);
    }

    [Fact]
    public async Task Should_know_nothing_twice_when_the_end_is_there_already()
    {
        await _database.Upgrade();
        const string Outcomes = "charge/1=OrderNotAttempted charge/2=OrderCaptured refund/1=OrderRefunded";
        await AddOrder("refund/1", "charge/2", Outcomes, "None");
        await AddHistory("OrderNotAttempted OrderCaptured OrderRefunded");
        await _database.Execute("DELETE FROM schema_migration WHERE name LIKE 'orchestrator_0005%'");

        await _database.Upgrade();

        (await _database.Query("SELECT outcome FROM payment_order")).ShouldBe(Outcomes);
    }

    [Theory]
    [InlineData("InDoubt", true)]
    [InlineData("Pending", true)]
    [InlineData("None", false)]
    public async Task Should_ask_about_what_is_unclear_at_the_next_deadline(string doubt, bool isDue)
    {
        await AddOrder("charge/1", "charge/1", null, doubt);

        await _database.Upgrade();

        (await _database.Query("SELECT coalesce(ask_at <= now() AND asks = 0, false) FROM payment_order")).ShouldBe(isDue);
    }

    private Task AddOrder(string operation, string forward, string? outcome, string doubt) => _database.Execute(
        $"""
        INSERT INTO payment_order (payment_id, order_id, position, seller_id, amount_minor, fee_minor, status, doubt, attempt,
            tried, operation_id, forward_operation_id, outcome, looks, batch, debt)
        VALUES ('{_payment}', 'o-1', 1, 's-1', 1000, 10, 'Charging', '{doubt}', 1, '{"{stripe-a}"}', 'P/o-1/{operation}',
            'P/o-1/{forward}', {(outcome is null ? "NULL" : $"'{outcome}'")}, 0, 1, false)
        """);

    private async Task AddHistory(string answers)
    {
        foreach (var (sequence, answer) in answers.Split(' ').Index())
        {
            await _database.Execute(
                $"""
                INSERT INTO payment_history (payment_id, sequence, from_state, event, to_state, order_id, message_id, sent)
                VALUES ('{_payment}', {sequence}, 'Capturing', '{answer}', 'Capturing', 'o-1', gen_random_uuid(), '{"{}"}')
                """);
        }
    }
}
