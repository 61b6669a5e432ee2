using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Payments.Contracts;
using Payments.Messaging;
using Payments.Operations.Publishing;
using Payments.Testing;

namespace Payments.Operations.Tests.Publishing;

public sealed class When_the_broker_is_away : IAsyncDisposable
{
    private readonly NpgsqlDataSource _database =
        NpgsqlDataSource.Create(RunDirectory.ConnectionString("operations", "Database"));

    private readonly SilentBroker _broker = new();

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task Should_say_so_and_remember_the_answer_when_the_broker_comes_back()
    {
        var persistence = new Persistence(TimeProvider.System, NullLogger<Persistence>.Instance);
        var taking = new PaymentTaking(
            new HttpRequestTable(_database, persistence), _broker, new TimeWithoutPatience());
        using var body = JsonDocument.Parse("""{"merchantId":"m1"}""");
        var posted = PostedPayment.Read(body.RootElement, [$"key-{Ulid.NewUlid()}"], [])!;

        (await taking.Take(posted, CancellationToken.None)).Kind.ShouldBe(TakingKind.Unavailable);
        (await taking.Take(posted, CancellationToken.None)).Kind.ShouldBe(TakingKind.Busy);

        _broker.Confirm();
        await Eventually.Async(
            "the answer",
            TimeSpan.FromSeconds(20),
            async () => (await taking.Take(posted, CancellationToken.None)).Kind == TakingKind.Replayed);
    }

    private sealed class SilentBroker : IConfirmedPublisher
    {
        private readonly TaskCompletionSource _confirmed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Confirm() => _confirmed.SetResult();

        public Task Publish(IReadOnlyList<OutgoingMessage> messages) => _confirmed.Task;
    }

    /// <summary>Every wait is over at once.</summary>
    private sealed class TimeWithoutPatience : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            TimeProvider.System.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
