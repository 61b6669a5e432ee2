using System.Security.Cryptography;
using System.Text;
using Payments.Hosting;

namespace Payments.Executor.Tests.Reencrypting;

public sealed class TokenCipherTests
{
    private const string Context = "payment-1";

    private static readonly TokenCipher Cipher = Create();

    /// <summary>A dead letter, a row that somebody changed, a message cut off: each is the one documented error.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("tok_1")]
    [InlineData("enc:k1:")]
    [InlineData("enc:k1:AAAA")]
    [InlineData("enc:k1:not base64!")]
    [InlineData("enc:k1:A")]
    [InlineData("enc:k1:äöü")]
    [InlineData("enc:k2:AAAA")]
    [InlineData("enc:k1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void Decrypt_WhatIsDamaged_IsOneDocumentedError(string damaged)
    {
        Should.Throw<CryptographicException>(() => Cipher.Decrypt(damaged, Context));
        Should.Throw<CryptographicException>(() => Cipher.Decrypt(Encoding.UTF8.GetBytes(damaged), Context));
    }

    [Fact]
    public void Decrypt_CutOffAnywhere_IsOneDocumentedError()
    {
        var whole = Cipher.Encrypt("tok_1", Context);
        for (var length = 0; length < whole.Length; length++)
        {
            var cut = whole[..length];
            Should.Throw<CryptographicException>(() => Cipher.Decrypt(cut, Context), $"of {length} characters");
        }
    }

    /// <summary>Text under the right key in the place of bytes.</summary>
    [Fact]
    public void Decrypt_TextAsBytes_IsOneDocumentedError() => Should.Throw<CryptographicException>(
        () => Cipher.Decrypt(Encoding.ASCII.GetBytes(Cipher.Encrypt("no base64!", Context)), Context));

    [Fact]
    public void Decrypt_WhatIsWhole_IsWhatWasEncrypted()
    {
        Cipher.Decrypt(Cipher.Encrypt("", Context), Context).ShouldBe("");
        Cipher.Decrypt(Cipher.Encrypt("tök", Context), Context).ShouldBe("tök");
        Cipher.Decrypt(Cipher.Encrypt([1, 2, 3, 4], Context), Context).ShouldBe([1, 2, 3, 4]);
    }

    private static TokenCipher Create()
    {
        var options = new TokenOptions { ActiveKey = "k1" };
        options.Keys.Add("k1", Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        return new TokenCipher(options);
    }
}
