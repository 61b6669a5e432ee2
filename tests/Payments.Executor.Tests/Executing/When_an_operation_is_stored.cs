using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Payments.Contracts;
using Payments.Executor.Executing;
using Payments.Executor.Psp;
using Payments.Hosting;
using Payments.Messaging;
using Payments.Testing;

namespace Payments.Executor.Tests.Executing;

/// <summary>The service's committer on the real database, without the broker.</summary>
[Collection(ExecutorProcess.Name)]
public sealed class When_an_operation_is_stored : IAsyncLifetime
{
    private readonly Ulid _payment = Ulid.NewUlid();
    private ServiceProvider _services = null!;

    private string Id => $"{_payment}/order-1/capture/1";

    public Task InitializeAsync()
    {
        var configuration = RunDirectory.Configuration("executor");
        _services = new ServiceCollection()
            .AddLogging()
            .AddSingleton<IConfiguration>(configuration)
            .AddSingleton(_ => NpgsqlDataSource.Create(RunDirectory.ConnectionString("executor", "Database")))
            .AddSingleton(new OwnerConnection(RunDirectory.ConnectionString("executor", "Owner")))
            .AddExecuting(configuration)
            .BuildServiceProvider();
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await _services.DisposeAsync();

    /// <summary>PayPal refunds a capture and not its authorization: the row says which, also after a restart.</summary>
    [Fact]
    public async Task Should_keep_what_an_undo_has_to_name()
    {
        await Save(_ => new Operation
        {
            OperationId = Id,
            PaymentId = _payment.ToGuid(),
            OrderId = "order-1",
            Step = PspStep.Capture,
            Connection = "paypal-a",
            Reference = Id.Replace('/', ','),
            TargetReference = "authorization",
            AmountMinor = 1999,
            Currency = "USD",
            State = OperationState.Sent,
        });
        (await Read()).TargetReference.ShouldBe("authorization");

        var captured = Outcome.Approved("capture", "COMPLETED", 1999, "USD") with { PaymentReference = "capture" };
        await Save(stored => stored!.Conclude(captured));

        var row = await Read();
        (row.TargetReference, row.PspReference, row.State).ShouldBe(("capture", "capture", OperationState.Settled));
        row.Reference.ShouldBe(Id.Replace('/', ','));
        await Save(stored => stored!.Conclude(Outcome.Approved("capture", "REFUNDED", 1999, "USD")));
        (await Read()).TargetReference.ShouldBe("capture");
    }

    private async Task<Operation> Read()
    {
        Operation? read = null;
        await Commit(rows =>
        {
            read = rows.Operation;
            return new Effects(_payment);
        });
        return read.ShouldNotBeNull();
    }

    private Task Save(Func<Operation?, Operation> change) =>
        Commit(rows => new Effects(_payment).Write(new SaveOperation(change(rows.Operation))));

    private async Task Commit(Func<OperationRows, Effects> decide)
    {
        var result = await _services.GetRequiredService<ICommitter>().Commit(
            Origin.Local, new Decision<OperationKey, OperationRows>(_payment, new OperationKey(Id), decide));
        result.Kind.ShouldBe(CommitKind.Committed);
    }
}
