using System.Text;
using System.Text.Json;
using Npgsql;
using Payments.Contracts;
using Payments.Operations.Collecting;
using Payments.Operations.Tests.Collecting;
using Payments.Testing;
using RabbitMQ.Client;

namespace Payments.Operations.Tests.Judging;

/// <summary>Rows of a test's own in the real schemas, as the services would have written them.</summary>
internal sealed class JudgingSeed : IAsyncDisposable
{
    private readonly Dictionary<string, NpgsqlDataSource> _owners =
        ((string[])["orchestrator", "executor", "wallets", "ledger", "operations"]).ToDictionary(
            s => s, s => NpgsqlDataSource.Create(RunDirectory.ConnectionString(s, "Owner")));

    private readonly List<Guid> _payments = [];
    private readonly List<Guid> _messages = [];

    /// <summary>Of a group that only this test has.</summary>
    public string ExceptionType { get; } = $"Toy.E{Ulid.NewUlid()}";

    private JudgingSeed()
    {
    }

    public static JudgingSeed Open() => new();

    public async ValueTask DisposeAsync()
    {
        await Execute("orchestrator", "DELETE FROM payment_order WHERE payment_id = ANY ($1)", _payments.ToArray());
        await Execute("orchestrator", "DELETE FROM payment WHERE payment_id = ANY ($1)", _payments.ToArray());
        await Execute("orchestrator", "DELETE FROM payment_alias WHERE payment_id = ANY ($1)", _payments.ToArray());
        await Execute("orchestrator", "DELETE FROM intake_rejection WHERE payment_id = ANY ($1)", _payments.ToArray());
        await Execute("orchestrator", "DELETE FROM intake WHERE payment_id = ANY ($1)", _payments.ToArray());
        await Execute("executor", "DELETE FROM operation WHERE payment_id = ANY ($1)", _payments.ToArray());
        await Execute("wallets", "DELETE FROM inbox WHERE message_id = ANY ($1)", _messages.ToArray());
        await Execute("wallets", "DELETE FROM inbox_message WHERE message_id = ANY ($1)", _messages.ToArray());
        foreach (var owner in _owners.Values)
            await owner.DisposeAsync();
    }

    /// <summary>Its rows go with the test.</summary>
    public Ulid UnknownPayment()
    {
        var id = Ulid.NewUlid();
        _payments.Add(id.ToGuid());
        return id;
    }

    /// <summary>A payment with one order of 1000 that waits for the operation, or has ended.</summary>
    public async Task<Ulid> Payment(string state, string? step = null)
    {
        var id = Ulid.NewUlid();
        _payments.Add(id.ToGuid());
        await Execute(
            "orchestrator",
            """
            INSERT INTO payment (payment_id, version, state, merchant_id, fulfilment_policy, currency, amount_minor, outstanding,
                                 in_doubt, batch, firings, deadline_epoch, deadline_at, waits_for, step_operation_id)
            VALUES ($1, 1, $2, 'm-judged', 'BestEffort', 'EUR', 1000, 0, 0, 1, 0, 1, '2100-01-01T00:00:00Z', 'wallets', $3)
            """,
            id.ToGuid(), state, step is null ? DBNull.Value : $"{id}/{step}");
        await Execute(
            "orchestrator",
            """
            INSERT INTO payment_order (payment_id, order_id, position, seller_id, amount_minor, fee_minor, status, doubt, attempt,
                                       tried, looks, batch, debt)
            VALUES ($1, 'o-1', 1, 's-1', 1000, 0, 'Captured', 'None', 1, '{}', 0, 1, false)
            """,
            id.ToGuid());
        return id;
    }

    /// <summary>A credit that failed in wallets.</summary>
    public Task<Seeded> Credit(Ulid paymentId, string queue = "wallets_error", string? token = null) => Letter(
        nameof(CreditWallets),
        queue,
        paymentId,
        new
        {
            PaymentId = paymentId,
            OperationId = $"{paymentId}/credit/1",
            Atomic = true,
            Token = token,
            Lines = new[] { new WalletLine("o-1", "s-1", new Money(1000, Currency.Eur)) },
        });

    /// <summary>A message that failed, stored as the collector stores it.</summary>
    public async Task<Seeded> Letter(string type, string queue, Ulid paymentId, object message)
    {
        var messageId = Ulid.NewUlid();
        _messages.Add(messageId.ToGuid());
        var envelope = new
        {
            MessageId = messageId.ToGuid(),
            MessageType = new[] { $"urn:message:Payments.Contracts:{type}" },
            Message = message,
        };
        var properties = new BasicProperties
        {
            MessageId = messageId.ToGuid().ToString(),
            Headers = new Dictionary<string, object?>
            {
                ["MT-Fault-ExceptionType"] = Encoding.UTF8.GetBytes(ExceptionType),
                ["MT-Fault-Message"] = "It failed."u8.ToArray(),
                ["MT-Fault-Timestamp"] = Encoding.UTF8.GetBytes(DateTimeOffset.UtcNow.ToString("o")),
            },
        };
        var letter = Operations.Collecting.Letter.Read(
            new LetterSource(
                queue, queue, "", Redelivered: false, properties, JsonSerializer.SerializeToUtf8Bytes(envelope, ContractJson.Options)),
            DateTimeOffset.UtcNow);
        await new LetterTable(LetterBox.Database, LetterBox.Options).Store([letter], CancellationToken.None);
        return new Seeded(letter.Id, letter.GroupId, paymentId, messageId);
    }

    /// <summary>Wallets have settled the delivery.</summary>
    public async Task Settled(Seeded credit, TimeSpan ago)
    {
        await Execute(
            "wallets", "INSERT INTO inbox (message_id, consumer, settled_at, sent) VALUES ($1, 'wallets', now() - $2::interval, 1)",
            credit.MessageId.ToGuid(), ago);
        await Execute(
            "wallets",
            """
            INSERT INTO inbox_message (message_id, consumer, ordinal, sent_id, exchange, type, body)
            VALUES ($1, 'wallets', 1, gen_random_uuid(), 'x', 'WalletsCredited', 'a secret')
            """,
            credit.MessageId.ToGuid());
    }

    /// <summary>Wallets have carried the operation out.</summary>
    public Task CarriedOut(Seeded credit, TimeSpan ago) => Execute(
        "wallets",
        """
        INSERT INTO operation (operation_id, payment_id, kind, request, answer, recorded_at)
        VALUES ($1, $2, 'credit', '\x00', '{"credited":["o-1"],"rejected":[]}', now() - $3::interval)
        """,
        $"{credit.PaymentId}/credit/1", credit.PaymentId.ToGuid(), ago);

    /// <summary>The letter was sent on, so long ago.</summary>
    public async Task<Ulid> Published(Seeded credit, string destination, TimeSpan ago)
    {
        var id = Ulid.NewUlid();
        await Execute("operations", "UPDATE dead_letter SET state = 'replaying' WHERE letter_id = $1", credit.LetterId.ToGuid());
        await Execute(
            "operations",
            """
            INSERT INTO dead_letter_replay
                (replay_id, letter_id, state, destination, to_exchange, repeatable, verdict, judged, forced, requested_by, reason,
                 requested_at, published_at)
            VALUES ($1, $2, 'published', $3, false, true, 'safe', $5::jsonb, false, 'ann', 'mended', now() - $4::interval, now() - $4::interval)
            """,
            id.ToGuid(), credit.LetterId.ToGuid(), destination, ago, JsonSerializer.Serialize(
                new DeadLetterVerdict
                {
                    LetterId = credit.LetterId,
                    Verdict = Verdicts.Safe,
                    Because = "It is wanted.",
                    Evidence = [],
                    JudgedAt = DateTimeOffset.UtcNow,
                },
                ContractJson.Options));
        return id;
    }

    public async Task<T> Ask<T>(string schema, string sql, params object[] parameters)
    {
        await using var command = Command(schema, sql, parameters);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>As the owner of the schema.</summary>
    public async Task Execute(string schema, string sql, params object[] parameters)
    {
        await using var command = Command(schema, sql, parameters);
        await command.ExecuteNonQueryAsync();
    }

    private NpgsqlCommand Command(string schema, string sql, object[] parameters)
    {
        var command = _owners[schema].CreateCommand(sql);
        foreach (var parameter in parameters)
            command.Parameters.Add(new NpgsqlParameter { Value = parameter });
        return command;
    }
}

/// <summary>A letter, and what it is of.</summary>
internal sealed record Seeded(Ulid LetterId, Ulid GroupId, Ulid PaymentId, Ulid MessageId);
