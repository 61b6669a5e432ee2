using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Payments.Executor.Psp.PayPal;

namespace Payments.Executor.Tests.Psp.PayPal;

/// <summary>Whoever sends a notification names the address of its certificate: what that costs us is bounded.</summary>
public sealed class PayPalCertificatesTests : IDisposable
{
    private readonly Network _network = new();
    private readonly StoppedTime _time = new(timersRun: false);
    private readonly PayPalCertificates _certificates;

    public PayPalCertificatesTests() => _certificates = new PayPalCertificates(new HttpClient(_network), _time);

    public void Dispose() => _certificates.Dispose();

    [Fact]
    public async Task Find_WhatCouldNotBeFetched_IsNotFetchedAgainForAWhile()
    {
        await Should.ThrowAsync<HttpRequestException>(Find("a"));
        await Should.ThrowAsync<HttpRequestException>(Find("a"));
        _network.Asked("a").ShouldBe(1);

        _time.Shift = PayPalCertificates.FailureKept;
        _network.Answer("a").SetResult(Pem());

        (await Find("a")).ShouldNotBeNull();
        _network.Asked("a").ShouldBe(2);
    }

    /// <summary>Their error page must not stand for the certificate until the next day.</summary>
    [Fact]
    public async Task Find_WhatIsNoCertificate_IsFetchedAgainAfterAWhile()
    {
        _network.Answer("a").SetResult("<html>");

        (await Find("a")).ShouldBeNull();
        (await Find("a")).ShouldBeNull();
        _network.Asked("a").ShouldBe(1);

        _time.Shift = PayPalCertificates.FailureKept;
        await Find("a");
        _network.Asked("a").ShouldBe(2);
    }

    [Fact]
    public async Task Find_TheSameTwiceAtOnce_IsOneFetch()
    {
        var answer = _network.Answer("a");
        Task<X509Certificate2?>[] found = [Find("a"), Find("a"), Find("a")];
        answer.SetResult(Pem());

        (await Task.WhenAll(found)).ShouldAllBe(certificate => certificate != null);
        _network.Asked("a").ShouldBe(1);
    }

    [Fact]
    public async Task Find_WhileAnotherAddressIsSilent_DoesNotWaitForIt()
    {
        var silent = _network.Answer("silent");
        _network.Answer("a").SetResult(Pem());
        var waiting = Find("silent");

        (await Find("a")).ShouldNotBeNull();

        waiting.IsCompleted.ShouldBeFalse();
        silent.SetResult(Pem());
        (await waiting).ShouldNotBeNull();
    }

    [Fact]
    public async Task Find_AfterManyAddressesThatFail_StillKnowsTheRightOne()
    {
        _network.Answer("a").SetResult(Pem());
        await Find("a");
        for (var i = 0; i < 2 * PayPalCertificates.MostKept; i++)
            await Should.ThrowAsync<HttpRequestException>(Find($"nonsense-{i}"));

        (await Find("a")).ShouldNotBeNull();
        _network.Asked("a").ShouldBe(1);
    }

    /// <summary>Else, as long as they come, each notification would have to ask anew.</summary>
    [Fact]
    public async Task Find_WhileManyOtherAddressesFail_KeepsTheOneThatIsStillAsked()
    {
        var answer = _network.Answer("a");
        var waiting = Find("a");
        for (var i = 0; i < 2 * PayPalCertificates.MostKept; i++)
            await Should.ThrowAsync<HttpRequestException>(Find($"nonsense-{i}"));
        answer.SetResult(Pem());

        (await waiting).ShouldNotBeNull();
        (await Find("a")).ShouldNotBeNull();
        _network.Asked("a").ShouldBe(1);
    }

    private Task<X509Certificate2?> Find(string name) => _certificates.Find(new Uri($"http://127.0.0.1/{name}"), allowsLoopback: true);

    private static string Pem()
    {
        using var key = RSA.Create(2048);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = new CertificateRequest("CN=test", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return certificate.ExportCertificatePem();
    }

    /// <summary>404 for whatever has no answer; one that is not set yet is waited for.</summary>
    private sealed class Network : HttpMessageHandler
    {
        private readonly ConcurrentDictionary<string, int> _asked = new();
        private readonly ConcurrentDictionary<string, TaskCompletionSource<string>> _answers = new();

        public TaskCompletionSource<string> Answer(string name) => _answers.GetOrAdd(
            name, _ => new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously));

        public int Asked(string name) => _asked.GetValueOrDefault(name);

        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var name = request.RequestUri!.AbsolutePath[1..];
            _asked.AddOrUpdate(name, 1, (_, asked) => asked + 1);
            return _answers.TryGetValue(name, out var answer)
                ? new HttpResponseMessage { Content = new StringContent(await answer.Task.WaitAsync(cancellationToken)) }
                : new HttpResponseMessage(HttpStatusCode.NotFound);
        }
    }
}
