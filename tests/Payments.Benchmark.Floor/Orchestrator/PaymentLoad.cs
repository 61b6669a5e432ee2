using Npgsql;
using NpgsqlTypes;
using Payments.Benchmark.Floor.Loop;
using Payments.Benchmark.Floor.Storing;
using Payments.Benchmark.Floor.Wire;

namespace Payments.Benchmark.Floor.Orchestrator;

/// <summary>A payment of one order as it was found.</summary>
internal sealed record Payment(
    int Version,
    string State,
    string MerchantId,
    bool IsAtomic,
    int Batch,
    string? StepOperationId,
    string OrderId,
    string SellerId,
    Money Gross,
    long FeeMinor,
    string Connection,
    string ChargeOperationId);

/// <summary>Loads the payments that a batch goes on with, and the database's clock, in one round trip. Locks nothing.</summary>
internal sealed class PaymentLoad
{
    private const string Select = """
        SELECT p.payment_id, p.version, p.state, p.merchant_id, p.fulfilment_policy, p.batch, p.step_operation_id,
            o.order_id, o.seller_id, o.amount_minor, p.currency, o.fee_minor, o.connection, o.operation_id
        FROM payment p JOIN payment_order o ON o.payment_id = p.payment_id
        WHERE p.payment_id = ANY ($1)
        """;

    private readonly Column<Guid> _paymentIds = new(NpgsqlDbType.Uuid);
    private readonly Dictionary<Guid, Payment> _found = [];
    private readonly Statements _statements;

    public PaymentLoad(NpgsqlConnection connection)
    {
        _statements = new Statements(connection);
        _statements.Add("SELECT now()");
        _statements.Add(Select, _paymentIds);
    }

    public DateTimeOffset Now { get; private set; }

    public Task Prepare() => _statements.Prepare();

    public async Task<PaymentLoad> Load(IReadOnlyList<PayingDelivery> batch)
    {
        _statements.Clear();
        _found.Clear();
        foreach (var delivery in batch)
        {
            if (delivery.Kind != MessageKind.StartPayment)
                _paymentIds.Add(delivery.PaymentId.Guid);
        }

        await using var reader = await _statements.Query();
        await reader.ReadAsync();
        Now = reader.GetFieldValue<DateTimeOffset>(0);
        await reader.NextResultAsync();
        while (await reader.ReadAsync())
            _found.Add(reader.GetGuid(0), Read(reader));
        return this;
    }

    public Payment Find(PaymentId id) =>
        _found.GetValueOrDefault(id.Guid) ?? throw new NotOfTheFlowException($"There is no payment {id.Text}.");

    private static Payment Read(NpgsqlDataReader reader) => new(
        reader.GetInt32(1),
        reader.GetString(2),
        reader.GetString(3),
        reader.GetString(4) == "AllOrNothing",
        reader.GetInt32(5),
        reader.IsDBNull(6) ? null : reader.GetString(6),
        reader.GetString(7),
        reader.GetString(8),
        new Money(reader.GetInt64(9), reader.GetString(10)),
        reader.GetInt64(11),
        reader.GetString(12),
        reader.GetString(13));
}
