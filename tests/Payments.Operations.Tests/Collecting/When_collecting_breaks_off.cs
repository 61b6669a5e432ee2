using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Npgsql;
using Payments.Contracts;
using Payments.Operations.Collecting;
using Payments.Testing;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Payments.Operations.Tests.Collecting;

/// <summary>Wherever it breaks off: each letter once, and none lost.</summary>
[Collection(CollectingCollection.Name)]
public sealed class When_collecting_breaks_off
{
    [Fact]
    public async Task Should_store_once_what_was_committed_and_not_acknowledged()
    {
        await using var box = await LetterBox.Open();
        await box.PublishFault("a");
        await box.Publish("no mark of its own"u8.ToArray());
        await Abandon(box, 2, letters => new LetterTable(LetterBox.Database, LetterBox.Options).Store(letters, CancellationToken.None));
        (await box.Rows()).Count.ShouldBe(2);

        using var collector = await box.Collect();
        await box.AwaitEmpty();

        (await box.Rows()).Count.ShouldBe(2);
        await collector.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Should_store_what_was_delivered_and_not_committed()
    {
        await using var box = await LetterBox.Open();
        await box.PublishFault("a");
        await box.Publish("no mark of its own"u8.ToArray());
        await Abandon(box, 2, _ => Task.FromResult(0));

        using var collector = await box.Collect();

        (await box.Await(2)).Count.ShouldBe(2);
        await collector.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Should_store_equal_messages_as_many_times_as_they_came()
    {
        await using var box = await LetterBox.Open();
        // Without confirms, which would number them.
        await using (var channel = await box.Connection.CreateChannelAsync())
        {
            for (var i = 0; i < 3; i++)
                await channel.BasicPublishAsync("", box.Queue, "the same"u8.ToArray());
        }

        using var collector = await box.Collect();

        (await box.Await(3)).Select(r => r.Occurrence).Order().ShouldBe([0, 1, 2]);

        await collector.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Should_lose_nothing_and_store_nothing_twice_when_the_process_is_killed()
    {
        const int Letters = 600;
        await using var box = await LetterBox.Open();
        var collect = new Dictionary<string, string> { ["DeadLetters__Collect"] = "true", ["DeadLetters__DiscoveryInterval"] = "00:00:00.2" };
        var published = 0;
        var publishing = Task.Run(async () =>
        {
            for (; published < Letters; published++)
                await box.PublishFault($"{published}");
        });

        for (var kills = 1; kills <= 3; kills++)
        {
            await using var worker = await WorkerProcess.Start("operations", collect);
            var before = (await box.Rows()).Count;
            await Eventually.Async("it to collect", LetterBox.Deadline, async () =>
                (await box.Rows()).Count is var now && (now > before || now == Letters));
            // Disposing kills it.
        }

        await publishing;
        await using (await WorkerProcess.Start("operations", collect))
        {
            await box.AwaitEmpty();
            await box.Await(Letters);
        }

        var rows = await box.Rows();
        rows.Select(r => r.Headers["properties"]!["messageId"]!.GetValue<string>()).Order()
            .ShouldBe(Enumerable.Range(0, Letters).Select(i => $"{i}").Order());
        (await OperationsApp.Sql("SELECT letters FROM dead_letter_group WHERE group_id = $1", rows[0].Group.ToGuid())).ShouldBe((long)Letters);
    }

    [Fact]
    public async Task Should_leave_letters_in_the_broker_while_the_database_is_away()
    {
        await using var box = await LetterBox.Open();
        await using var relay = new Relay(LetterBox.Database.ConnectionString);
        await using var database = NpgsqlDataSource.Create(relay.ConnectionString);
        using var collector = await box.Collect(database);
        await box.PublishFault("before");
        await box.Await(1);

        relay.Cut();
        await box.PublishFault("while it is away");
        await Eventually.Async("a sentence about it", LetterBox.Deadline, () =>
            box.Log.Warnings.Any(w => w.StartsWith("The database does not answer", StringComparison.Ordinal)));
        await Eventually.Async("the letter to be the broker's again", LetterBox.Deadline, async () =>
            (await box.Channel.QueueDeclarePassiveAsync(box.Queue)).MessageCount == 1);

        relay.Mend();
        await box.Await(2);
        await box.AwaitEmpty();
        (await box.Rows()).Count.ShouldBe(2);
        await collector.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Should_store_a_letter_whose_payment_cannot_be_looked_for()
    {
        await using var box = await LetterBox.Open();
        await box.Publish(Encoding.UTF8.GetBytes($$$"""{"message":{"paymentId":"{{{Ulid.NewUlid()}}}"}}"""), _ => { });

        using var collector = await box.Collect(views: "Host=127.0.0.1;Port=1;Username=nobody");
        await box.Await(1);
        await collector.StopAsync(CancellationToken.None);

        box.Log.Warnings.ShouldContain(w => w.StartsWith("Whether the payments of dead letters are known could not be read", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Should_collect_again_when_the_broker_has_cut_the_connection()
    {
        await using var box = await LetterBox.Open();
        using var collector = await box.Collect();
        await box.PublishFault("before");
        await box.Await(1);

        await Eventually.Async("the broker to close the connection", LetterBox.Deadline, CloseConnection);
        await box.PublishFault("after");

        await box.Await(2);
        await box.AwaitEmpty();
        (await box.Rows()).Count.ShouldBe(2);
        box.Log.Warnings.ShouldContain(w => w.StartsWith("The broker does not let", StringComparison.Ordinal));
        await collector.StopAsync(CancellationToken.None);
    }

    /// <summary>A collector that gets letters, does something with them, and dies before it acknowledges any.</summary>
    private static async Task Abandon(LetterBox box, int count, Func<IReadOnlyList<Letter>, Task<int>> then)
    {
        var uri = new Uri(RunDirectory.Settings("operations")["RabbitMq__Uri"]);
        await using var connection = await new ConnectionFactory { Uri = uri }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        var letters = new List<Letter>();
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, d) =>
        {
            letters.Add(Letter.Read(
                new LetterSource(box.Queue, d.Exchange, d.RoutingKey, d.Redelivered, new BasicProperties(d.BasicProperties), d.Body.ToArray()),
                DateTimeOffset.UtcNow));
            if (letters.Count == count)
                all.SetResult();
            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync(box.Queue, autoAck: false, consumer);
        await all.Task.WaitAsync(LetterBox.Deadline);
        await then(letters);
    }

    private static async Task<bool> CloseConnection()
    {
        var closed = false;
        foreach (var connection in JsonNode.Parse(await ManagementApi.Send(HttpMethod.Get, "api/connections"))!.AsArray())
        {
            if ((string?)connection!["user_provided_name"] != "dead-letters")
                continue;
            await ManagementApi.Send(HttpMethod.Delete, $"api/connections/{Uri.EscapeDataString((string)connection["name"]!)}");
            closed = true;
        }

        return closed;
    }

    /// <summary>Between a client and PostgreSQL; it can be cut.</summary>
    private sealed class Relay : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly List<TcpClient> _clients = [];
        private readonly Task _accepting;
        private readonly int _target;
        private volatile bool _cut;

        public Relay(string connectionString)
        {
            var settings = new NpgsqlConnectionStringBuilder(connectionString)
            {
                // The data source does not give it away.
                Password = new NpgsqlConnectionStringBuilder(RunDirectory.ConnectionString("operations", "Database")).Password,
            };
            _target = settings.Port;
            _listener.Start();
            settings.Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
            ConnectionString = settings.ConnectionString;
            _accepting = Accept();
        }

        public string ConnectionString { get; }

        public void Cut()
        {
            _cut = true;
            lock (_clients)
            {
                foreach (var client in _clients)
                    client.Close();
                _clients.Clear();
            }
        }

        public void Mend() => _cut = false;

        public async ValueTask DisposeAsync()
        {
            _listener.Stop();
            Cut();
            await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        private async Task Accept()
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync();
                if (_cut)
                {
                    client.Close();
                    continue;
                }

                var server = new TcpClient();
                await server.ConnectAsync(IPAddress.Loopback, _target);
                lock (_clients)
                    _clients.AddRange([client, server]);
                _ = client.GetStream().CopyToAsync(server.GetStream());
                _ = server.GetStream().CopyToAsync(client.GetStream());
            }
        }
    }
}
