using CsCheck;

namespace Microsoft.ML.MedicalSegmentation.Laws;

[TestClass]
public class OrientationLaws
{
    [TestMethod]
    public void Reorient_KeepsEveryValueAtItsPlaceInThePatient()
        => Gen.Select(AnyVolume.Single, AnyVolume.Code).Sample((volume, code) =>
        {
            var turned = volume.Reorient(code);
            return turned.Shape.Count == volume.Shape.Count && Positions(turned.Shape).All(index =>
            {
                var source = volume.Geometry.WorldToIndex.Apply(turned.Geometry.IndexToWorld.Apply(index));
                var (x, y, z) = ((int)Math.Round(source.X), (int)Math.Round(source.Y), (int)Math.Round(source.Z));
                return (source - new Vector3D(x, y, z)).Length < 1e-6
                    && turned.GetValue(0, (int)index.Z, (int)index.Y, (int)index.X) == volume.GetValue(0, z, y, x);
            });
        });

    [TestMethod]
    public void Reorient_OfStraightAxes_GivesTheCodeThatWasWanted()
        => Gen.Select(AnyVolume.StraightGeometry, AnyVolume.Shape, AnyVolume.Code).Sample((geometry, shape, code)
            => Volume.Create(new float[shape.Count], shape, geometry).Reorient(code).Geometry.OrientationCode == code);

    [TestMethod]
    public void Reorient_ThereAndBack_ChangesNothing()
        => Gen.Select(AnyVolume.StraightGeometry, AnyVolume.Labels, AnyVolume.Code).Sample((geometry, labels, code) =>
        {
            var straight = LabelVolume.Create(labels.Voxels.Bytes.ToArray(), labels.Shape, geometry);
            var back = straight.Reorient(code).Reorient(geometry.OrientationCode);
            return back.Shape == straight.Shape && back.Voxels.Bytes.SequenceEqual(straight.Voxels.Bytes)
                && back.Geometry.LargestDifference(geometry, straight.Shape) < 1e-9;
        });

    [TestMethod]
    public void CodeOf_AndParse_AgreeOnTheAxes()
        => AnyVolume.StraightGeometry.Sample(geometry =>
        {
            var (axes, signs) = Orientation.Parse(geometry.OrientationCode);
            return Enumerable.Range(0, 3).All(i => Math.Sign(geometry.IndexToWorld.Column(i)[axes[i]]) == signs[i]);
        });

    private static IEnumerable<Vector3D> Positions(VolumeShape shape)
        => from z in Enumerable.Range(0, shape.Depth)
           from y in Enumerable.Range(0, shape.Height)
           from x in Enumerable.Range(0, shape.Width)
           select new Vector3D(x, y, z);
}
