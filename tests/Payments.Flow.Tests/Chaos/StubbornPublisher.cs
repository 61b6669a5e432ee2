using System.Net;
using Payments.Flow.Tests.Kit;
using Payments.Testing;
using RabbitMQ.Client.Exceptions;

namespace Payments.Flow.Tests.Chaos;

/// <summary>Publishes until the broker has confirmed: what a client must do, and so a message may come twice.</summary>
internal sealed class StubbornPublisher : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan TryLimit = TimeSpan.FromSeconds(5);

    private FrontDoor? _door;

    public Task Publish(byte[] body) => Eventually.Async(
        "the broker to confirm a payment",
        Deadline,
        async () =>
        {
            try
            {
                _door ??= await FrontDoor.Connect();
                await _door.Publish(body).WaitAsync(TryLimit);
                return true;
            }
            catch (Exception error) when (IsOutage(error))
            {
                await DisposeAsync();
                return false;
            }
        });

    /// <summary>The same over HTTP: what is being taken in, or not available now, is posted again under the same key.</summary>
    public static Task Post(PaymentsHttp http, Request request) => Eventually.Async(
        "the API to accept a payment",
        Deadline,
        async () =>
        {
            var status = await http.Post(request);
            return status is HttpStatusCode.Accepted ? true
                : status is HttpStatusCode.Conflict or HttpStatusCode.ServiceUnavailable ? false
                : throw new InvalidOperationException($"The API answered {status}.");
        },
        retryOn: error => error is HttpRequestException);

    public async ValueTask DisposeAsync()
    {
        var door = _door;
        _door = null;
        try
        {
            if (door is not null)
                await door.DisposeAsync();
        }
        catch (Exception error) when (IsOutage(error))
        {
            // Its connection is gone already, which is why it is given up.
        }
    }

    private static bool IsOutage(Exception error) =>
        error is RabbitMQClientException or IOException or TimeoutException or System.Net.Sockets.SocketException
            or ObjectDisposedException;
}
